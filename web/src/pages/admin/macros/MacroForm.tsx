/** The fields of a macro, and its actions: opened one at a time, moved, taken out. */

import { useState } from "react";
import { useSay } from "../../../app/desk";
import type { Say } from "../../../i18n/texts";
import { Select, TextField } from "../../../ui/fields";
import { Panel } from "../../../ui/Page";
import { SCOPES } from "../canned/Canned";
import { useTeams } from "../inboxes/queries";
import { RuleList } from "../kit/RuleList";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import type { Item } from "../parts/useItem";
import { blankAction, DOES, PRIORITIES, STATUSES, textOf, type Action, type Does } from "./action";
import { ActionFields } from "./ActionFields";
import type { Draft } from "./MacroPage";

/** The one thing of it that tells it from others of its kind. */
function aboutOf(action: Action, say: Say): string {
  const [status, priority] = [STATUSES.find((each) => each === action["status"]), PRIORITIES.find((each) => each === action["priority"])];
  if (status) return say(`macros.status.${status}`);
  if (priority) return say(`macros.priority.${priority}`);
  return (textOf(action, "text") || textOf(action, "title") || textOf(action, "name")).slice(0, 80);
}

export function MacroForm({ item }: { item: Item<Draft> }) {
  const [say, teams] = [useSay(), useTeams()];
  const [next, setNext] = useState<Does>("reply");
  const { draft, change, refusal } = item;
  return (
    <>
      <Panel title={say("canned.about")}>
        <Fields>
          <TextField
            label={say("admin.name")}
            value={draft.name}
            onChange={(name) => change({ name })}
            maxLength={100}
            isRequired
            error={errorOf(refusal, "name")}
            name="name"
          />
          <TextField
            label={say("admin.description")}
            value={draft.description}
            onChange={(description) => change({ description })}
            maxLength={500}
            error={errorOf(refusal, "description")}
            name="description"
          />
          <Select
            label={say("canned.for")}
            value={draft.scope}
            onChange={(scope) => change({ scope, team_id: scope === "team" ? (draft.team_id ?? teams.data?.[0]?.id ?? null) : null })}
            choices={SCOPES.map((id) => ({ id, label: say(`canned.scope.${id}`) }))}
          />
          {draft.scope === "team" && (
            <Select
              label={say("inboxes.team")}
              value={draft.team_id ?? ""}
              onChange={(team_id) => change({ team_id })}
              choices={(teams.data ?? []).map(({ id, name }) => ({ id, label: name }))}
            />
          )}
        </Fields>
      </Panel>
      <Panel title={say("macros.actions")}>
        <p>{say("macros.order")}</p>
        <Select
          label={say("macros.kind")}
          value={next}
          onChange={setNext}
          choices={DOES.map((id) => ({ id, label: say(`macros.do.${id}`) }))}
        />
        <RuleList<Action>
          rules={draft.actions}
          change={(actions) => change({ actions })}
          nameOf={(action) => say(`macros.do.${action.do}`)}
          aboutOf={(action) => aboutOf(action, say)}
          blank={() => blankAction(next)}
          addText={say("macros.add", { what: say(`macros.do.${next}`) })}
          emptyText={say("macros.no_actions")}
          at="actions"
          refusal={refusal}
        >
          {(action, put, at) => (
            <ActionFields
              action={action}
              put={put}
              at={at}
              refusal={refusal}
              replace={(made) => change({ actions: draft.actions.map((each) => (each === action ? made : each)) })}
            />
          )}
        </RuleList>
      </Panel>
    </>
  );
}
