/** A good reply as a canned response: what is known of its customer gives way to placeholders, and somebody reads it. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { useApi, useSay } from "../../app/desk";
import { useTeams } from "../../contact/names";
import type { Message } from "../../desk/conversation";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Select, TextField } from "../../ui/fields";
import { TextArea } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import { useThread } from "./shared";
import styles from "./tools.module.css";

type Snippet = Schemas["SnippetView"];
type Shelf = Snippet["scopes"][number];

export function SnippetDialog({ message, close }: { message: Message; close: () => void }) {
  const [say, api, { conversation }] = [useSay(), useApi(), useThread()];
  const path = { conversation_id: conversation.id, message_id: message.id };
  const query = useQuery({
    queryKey: ["snippet", message.id],
    queryFn: () => told(api.POST("/conversations/{conversation_id}/messages/{message_id}/snippet", { params: { path } })),
    gcTime: 0,
  });
  return (
    <Dialog title={say("thread.snippet.title")} isOpen onClose={close}>
      <AsyncBoundary query={query}>{(snippet) => <Keeping snippet={snippet} close={close} />}</AsyncBoundary>
    </Dialog>
  );
}

const shelfId = ({ scope, team_id: team }: Shelf): string => `${scope} ${team ?? ""}`;

function Keeping({ snippet, close }: { snippet: Snippet; close: () => void }) {
  const [say, api, tell, teams] = [useSay(), useApi(), useTell(), useTeams()];
  const [draft, setDraft] = useState({ title: snippet.title, body: snippet.body, shortcut: "" });
  const [shelf, setShelf] = useState(shelfId(snippet.scopes[0] ?? { scope: "personal", team_id: null }));
  const shelfOf = snippet.scopes.find((each) => shelfId(each) === shelf);
  const keep = useMutation({
    mutationFn: () => told(api.POST("/canned-responses", { body: { ...draft, shortcut: draft.shortcut.trim(), scope: shelfOf?.scope ?? "personal", team_id: shelfOf?.team_id ?? null } })),
    onSuccess: () => {
      tell({ text: say("thread.snippet.done"), tone: "ok" });
      close();
    },
  });
  const fault = keep.error;
  const said = fault instanceof Problem ? fault.detail : fault === null ? undefined : say("state.unreachable");
  const field = fault instanceof Problem ? fault.field : null;
  const of = (name: string) => (field === name ? said : undefined);
  const nameOf = ({ scope, team_id: team }: Shelf) => (scope === "team" ? (teams.find(({ id }) => id === team)?.name ?? team ?? "") : say(scope === "all" ? "thread.snippet.all" : "thread.snippet.personal"));
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate();
      }}
    >
      <p>{say("thread.snippet.read")}</p>
      {snippet.replaced.length > 0 && <p>{say("thread.snippet.replaced", { names: snippet.replaced.map(({ placeholder }) => placeholder).join(", ") })}</p>}
      <TextField label={say("thread.snippet.name")} value={draft.title} onChange={(title) => setDraft({ ...draft, title })} error={of("title")} isRequired maxLength={120} />
      <TextField label={say("thread.snippet.shortcut")} hint={say("thread.snippet.shortcut_hint")} value={draft.shortcut} onChange={(shortcut) => setDraft({ ...draft, shortcut })} error={of("shortcut")} isRequired maxLength={40} />
      <TextArea label={say("thread.snippet.text")} value={draft.body} onChange={(body) => setDraft({ ...draft, body })} error={of("body")} rows={6} isRequired />
      <Select label={say("thread.snippet.for")} choices={snippet.scopes.map((each) => ({ id: shelfId(each), label: nameOf(each) }))} value={shelf} onChange={setShelf} />
      {said !== undefined && !["title", "shortcut", "body"].includes(field ?? "") && (
        <p role="alert" className={styles["fault"]}>
          {said}
        </p>
      )}
      <div className={styles["ends"]}>
        <Button onPress={close}>{say("thread.cancel")}</Button>
        <Button kind="primary" type="submit" isDisabled={keep.isPending || draft.shortcut.trim() === "" || draft.body.trim() === "" || draft.title.trim() === ""}>
          {say("thread.snippet.keep")}
        </Button>
      </div>
    </form>
  );
}
