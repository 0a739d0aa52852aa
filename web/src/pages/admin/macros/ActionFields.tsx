/** What one action needs. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Select, TextField } from "../../../ui/fields";
import { CheckboxGroup, TextArea } from "../../../ui/inputs";
import { useTeams } from "../inboxes/queries";
import { Duration } from "../kit/Duration";
import { JsonField } from "../kit/JsonField";
import type { Label } from "../labels/label";
import { errorOf } from "../parts/faults";
import { listOf, numberOf, PRIORITIES, STATUSES, textOf, withField, type Action } from "./action";

interface Props {
  action: Action;
  put: (part: Partial<Action>) => void;
  replace: (action: Action) => void;
  at: string;
  refusal: Error | null;
}

const STAYS = "stays";
const NOBODY = "nobody";

export function ActionFields(props: Props) {
  const { action, put, at, refusal } = props;
  const say = useSay();
  const error = (name: string) => errorOf(refusal, `${at}.${name}`);
  if (action.do === "reply") return <Reply {...props} />;
  if (action.do === "note")
    return <TextArea label={say("canned.body")} value={textOf(action, "text")} onChange={(text) => put({ text })} error={error("text")} />;
  if (action.do === "assign") return <Assign {...props} />;
  if (action.do === "labels") return <LabelChoice {...props} />;
  if (action.do === "priority") {
    return (
      <Select
        label={say("macros.do.priority")}
        value={textOf(action, "priority")}
        onChange={(priority) => put({ priority })}
        choices={PRIORITIES.map((id) => ({ id: id as string, label: say(`macros.priority.${id}`) }))}
      />
    );
  }
  if (action.do === "status") return <Status {...props} />;
  if (action.do === "task") {
    return (
      <>
        <TextField
          label={say("canned.title")}
          value={textOf(action, "title")}
          onChange={(title) => put({ title })}
          error={error("title")}
        />
        <Duration
          label={say("macros.due_in")}
          value={numberOf(action, "due_in_seconds")}
          onChange={(seconds) => props.replace(withField(action, "due_in_seconds", seconds ?? undefined))}
          error={error("due_in_seconds")}
        />
      </>
    );
  }
  return (
    <>
      <TextField label={say("admin.name")} value={textOf(action, "name")} onChange={(name) => put({ name })} error={error("name")} />
      <TextField
        label={say("inboxes.language")}
        value={textOf(action, "language")}
        onChange={(language) => put({ language })}
        error={error("language")}
      />
      <JsonField
        label={say("macros.components")}
        value={(action["components"] as object | undefined) ?? []}
        onChange={(components) => put({ components })}
        at={`${at}.components`}
        refusal={refusal}
        rows={5}
      />
    </>
  );
}

function Reply({ action, replace, at, refusal }: Props) {
  const [say, api] = [useSay(), useApi()];
  const texts = useQuery({
    queryKey: ["canned-responses", "all"],
    queryFn: async () => (await told(api.GET("/canned-responses", { params: { query: { limit: 300 } } }))).items,
  });
  const chosen = textOf(action, "canned_response_id");
  return (
    <>
      <Select
        label={say("macros.canned")}
        value={chosen}
        onChange={(id) => replace(id === "" ? { do: "reply", text: "" } : { do: "reply", canned_response_id: id })}
        choices={[
          { id: "", label: say("macros.own_text") },
          ...(texts.data ?? []).filter((text) => text.attachments.length === 0).map(({ id, title }) => ({ id, label: title })),
        ]}
      />
      {chosen === "" && (
        <TextArea
          label={say("canned.body")}
          value={textOf(action, "text")}
          onChange={(text) => replace({ do: "reply", text })}
          error={errorOf(refusal, `${at}.text`)}
        />
      )}
    </>
  );
}

function Assign({ action, replace }: Props) {
  const [say, api, teams] = [useSay(), useApi(), useTeams()];
  const agents = useQuery({
    queryKey: ["agents", "first"],
    queryFn: async () => (await told(api.GET("/agents", { params: { query: { limit: 100 } } }))).items,
  });
  const value = (name: string) => (!(name in action) ? STAYS : action[name] === null ? NOBODY : textOf(action, name));
  const set = (name: string) => (chosen: string) =>
    replace(withField(action, name, chosen === STAYS ? undefined : chosen === NOBODY ? null : chosen));
  const stays = { id: STAYS, label: say("macros.stays") };
  return (
    <>
      <Select
        label={say("macros.assignee")}
        value={value("assignee_id")}
        onChange={set("assignee_id")}
        choices={[
          stays,
          { id: "me", label: say("macros.me") },
          { id: NOBODY, label: say("macros.nobody") },
          ...(agents.data ?? []).map(({ id, name }) => ({ id, label: name })),
        ]}
      />
      <Select
        label={say("inboxes.team")}
        value={value("team_id")}
        onChange={set("team_id")}
        choices={[stays, { id: NOBODY, label: say("macros.no_team") }, ...(teams.data ?? []).map(({ id, name }) => ({ id, label: name }))]}
      />
    </>
  );
}

function Status({ action, replace, at, refusal }: Props) {
  const say = useSay();
  return (
    <>
      <Select
        label={say("macros.do.status")}
        value={textOf(action, "status")}
        onChange={(status) => replace(status === "snoozed" ? { do: "status", status, snooze_seconds: 3_600 } : { do: "status", status })}
        choices={STATUSES.map((id) => ({ id: id as string, label: say(`macros.status.${id}`) }))}
      />
      {action["status"] === "snoozed" && (
        <Duration
          label={say("macros.snooze")}
          value={numberOf(action, "snooze_seconds")}
          onChange={(seconds) => replace(withField(action, "snooze_seconds", seconds ?? undefined))}
          error={errorOf(refusal, `${at}.snooze_seconds`)}
        />
      )}
    </>
  );
}

function LabelChoice({ action, put, at, refusal }: Props) {
  const [say, api] = [useSay(), useApi()];
  const labels = useQuery({ queryKey: ["admin", "labels"], queryFn: () => told(api.GET("/labels")) });
  const choices = ((labels.data?.labels ?? []) as unknown as Label[])
    .filter((label) => label.scopes.includes("conversation"))
    .map(({ key, name }) => ({ id: key, label: name }));
  return (
    <>
      <CheckboxGroup
        label={say("macros.put_on")}
        value={listOf(action, "add")}
        onChange={(add) => put({ add, remove: listOf(action, "remove").filter((each) => !add.includes(each)) })}
        choices={choices}
        error={errorOf(refusal, `${at}.add`)}
      />
      <CheckboxGroup
        label={say("macros.take_off")}
        value={listOf(action, "remove")}
        onChange={(remove) => put({ remove, add: listOf(action, "add").filter((each) => !remove.includes(each)) })}
        choices={choices}
        error={errorOf(refusal, `${at}.remove`)}
      />
    </>
  );
}
