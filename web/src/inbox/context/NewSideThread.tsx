/** A new question to somebody else. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useMe, useSay } from "../../app/desk";
import { EditForm } from "../../contact/FieldEdit";
import { useColleagues, useTeams } from "../../contact/names";
import { RadioCards, Select, TextField } from "../../ui/fields";
import { CheckboxGroup, TextArea } from "../../ui/inputs";
import { partKey } from "./live";
import { addressesIn, whomOf, type Asked } from "./side";

const KINDS = ["colleague", "email", "slack"] as const;

/** `onDone` is told the thread that was made. */
export function NewSideThread({ conversationId, onDone }: { conversationId: string; onDone: (made?: string) => void }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [asked, setAsked] = useState<Asked>({ kind: "colleague", people: [], to: "", cc: "", inbox: "", channel: "" });
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const [clientId] = useState(() => crypto.randomUUID());
  const set = <K extends keyof Asked>(name: K) => (value: Asked[K]) => setAsked((known) => ({ ...known, [name]: value }));
  const begin = useMutation({
    mutationFn: () =>
      told(
        api.POST("/conversations/{conversation_id}/side-threads", {
          params: { path: { conversation_id: conversationId } },
          body: { client_id: clientId, kind: asked.kind, subject: subject.trim(), text: text.trim(), with: whomOf(asked) } as Schemas["SideThreadBody"],
        }),
      ),
    onSuccess: async (made) => {
      await cache.invalidateQueries({ queryKey: partKey("side-threads", conversationId) });
      onDone(made.id);
    },
  });
  const save = () => {
    setTried(true);
    if (subject.trim() !== "" && text.trim() !== "") begin.mutate();
  };
  const empty = (value: string) => (tried && value.trim() === "" ? say("context.side_empty") : undefined);
  return (
    <EditForm fault={begin.error} saving={begin.isPending} onDone={() => onDone()} onSave={save} save={say("context.side_begin")}>
      <RadioCards label={say("context.side_whom")} choices={KINDS.map((id) => ({ id, label: say(`context.side.${id}`) }))} value={asked.kind} onChange={set("kind")} />
      {asked.kind === "colleague" && <People value={asked.people} onChange={set("people")} />}
      {asked.kind === "email" && <Mail asked={asked} set={set} />}
      {asked.kind === "slack" && (
        <TextField label={say("context.slack_channel")} hint={say("context.slack_hint")} value={asked.channel} onChange={set("channel")} maxLength={41} />
      )}
      <TextField label={say("context.subject")} value={subject} onChange={setSubject} maxLength={200} error={empty(subject)} />
      <TextArea label={say("context.question")} value={text} onChange={setText} maxLength={10_000} rows={4} error={empty(text)} />
    </EditForm>
  );
}

function People({ value, onChange }: { value: string[]; onChange: (value: string[]) => void }) {
  const [say, me, colleagues, teams] = [useSay(), useMe(), useColleagues(), useTeams()];
  const choices = [
    ...colleagues.filter((each) => each.enabled && each.id !== me.id).map(({ id, name }) => ({ id, label: name })),
    ...teams.map(({ id, name }) => ({ id, label: say("context.team", { name }) })),
  ];
  return <CheckboxGroup label={say("context.colleagues")} choices={choices} value={value} onChange={onChange} />;
}

interface MailProps {
  asked: Asked;
  set: <K extends keyof Asked>(name: K) => (value: Asked[K]) => void;
}

const OWN = "";

function Mail({ asked, set }: MailProps) {
  const [say, api] = [useSay(), useApi()];
  const inboxes = useQuery({ queryKey: ["verify", "inboxes"], queryFn: () => told(api.GET("/inboxes")), staleTime: 60_000 });
  const mail = (inboxes.data?.items ?? []).filter((inbox) => inbox.channel === "email" && inbox.enabled);
  const wrong = (text: string) => (addressesIn(text).wrong.length > 0 ? say("context.no_mail_address") : undefined);
  return (
    <>
      <TextField label={say("context.to")} hint={say("contact.list_hint")} value={asked.to} onChange={set("to")} error={wrong(asked.to)} />
      <TextField label={say("context.cc")} value={asked.cc} onChange={set("cc")} error={wrong(asked.cc)} />
      {mail.length > 1 && (
        <Select
          label={say("context.from_inbox")}
          choices={[{ id: OWN, label: say("context.usual_inbox") }, ...mail.map(({ id, name }) => ({ id, label: name }))]}
          value={asked.inbox}
          onChange={set("inbox")}
        />
      )}
    </>
  );
}
