/** Notes of colleagues on a contact: who wrote them, everything they ever said, those that are pinned first. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../api/client";
import { atLeast, useApi, useFormats, useMe, useSay } from "../app/desk";
import { Button, IconButton } from "../ui/Button";
import { TextArea } from "../ui/inputs";
import { AsyncBoundary } from "../ui/states";
import { EditForm } from "./FieldEdit";
import { contactKey } from "./queries";
import { Refusal } from "./Refusal";
import { Section } from "./Section";
import styles from "./contact.module.css";

type Note = Schemas["ContactNoteView"];
const PAGE = 20;
const LONGEST = 4_000;

const notesKey = (contactId: string) => [...contactKey(contactId), "notes"];

/** After a change every page is read anew: versions and the pinned ones are on the first. */
function useNotesChanged(contactId: string): () => void {
  const cache = useQueryClient();
  return () => void cache.invalidateQueries({ queryKey: notesKey(contactId) });
}

export function Notes({ contactId }: { contactId: string }) {
  const [say, api] = [useSay(), useApi()];
  const [adding, setAdding] = useState(false);
  const notes = useInfiniteQuery({
    queryKey: notesKey(contactId),
    queryFn: ({ pageParam }) =>
      told(
        api.GET("/contacts/{contact_id}/notes", {
          params: { path: { contact_id: contactId }, query: { limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return (
    <Section
      title={say("contact.notes")}
      aside={!adding && <IconButton icon="plus" label={say("contact.add_note")} onPress={() => setAdding(true)} />}
    >
      {adding && <NewNote contactId={contactId} onDone={() => setAdding(false)} />}
      <AsyncBoundary
        query={notes}
        isEmpty={({ pages }) => pages[0]?.items.length === 0}
        empty={!adding && <p className={styles["none"]}>{say("contact.no_notes")}</p>}
      >
        {({ pages }) => (
          <ul className={styles["stack"]}>
            {inOrder(pages).map((note) => (
              <NoteCard key={note.id} note={note} />
            ))}
          </ul>
        )}
      </AsyncBoundary>
      {notes.hasNextPage && (
        <Button kind="quiet" isPending={notes.isFetchingNextPage} onPress={() => void notes.fetchNextPage()}>
          {say("contact.more")}
        </Button>
      )}
    </Section>
  );
}

/** Pinned ones first, each once. */
export function inOrder(pages: readonly Schemas["ContactNotePage"][]): Note[] {
  const pinned = pages[0]?.pinned ?? [];
  const rest = pages.flatMap((page) => page.items).filter((note) => !pinned.some((each) => each.id === note.id));
  return [...pinned, ...rest];
}

function NewNote({ contactId, onDone }: { contactId: string; onDone: () => void }) {
  const [say, api, changed] = [useSay(), useApi(), useNotesChanged(contactId)];
  const [text, setText] = useState("");
  const [clientId] = useState(() => crypto.randomUUID());
  const add = useMutation({
    mutationFn: () =>
      told(api.POST("/contacts/{contact_id}/notes", { params: { path: { contact_id: contactId } }, body: { client_id: clientId, text: text.trim() } })),
    onSuccess: () => {
      changed();
      onDone();
    },
  });
  return (
    <EditForm fault={add.error} saving={add.isPending} onDone={onDone} onSave={() => text.trim() && add.mutate()}>
      <TextArea label={say("contact.note")} hint={say("contact.note_hint")} value={text} onChange={setText} maxLength={LONGEST} autoFocus />
    </EditForm>
  );
}

function NoteCard({ note }: { note: Note }) {
  const [say, formats, me] = [useSay(), useFormats(), useMe()];
  const [editing, setEditing] = useState(false);
  const [old, setOld] = useState(false);
  const change = useNoteChange(note);
  const mine = note.author_id === me.id;
  const gone = note.deleted_at !== null;
  if (editing) return <EditNote note={note} onDone={() => setEditing(false)} />;
  return (
    <li className={styles["note"]}>
      <div className={styles["meta"]}>
        {[note.pinned && !gone ? say("contact.pinned") : "", note.author_name, formats.dateTime(note.created_at), note.history.length > 1 ? say("contact.edited") : ""]
          .filter(Boolean)
          .join(" · ")}
      </div>
      {gone ? <em>{say("contact.note_deleted")}</em> : <div dir="auto">{note.text}</div>}
      {old && (
        <ol>
          {note.history.slice(0, -1).map((version) => (
            <li key={version.at}>
              <span className={styles["meta"]}>{formats.dateTime(version.at)}</span> {version.text}
            </li>
          ))}
        </ol>
      )}
      <Refusal fault={change.error} />
      {!gone && (
        <div className={styles["actions"]}>
          <Button kind="quiet" onPress={() => change.mutate({ pinned: !note.pinned })}>
            {say(note.pinned ? "contact.unpin" : "contact.pin")}
          </Button>
          {mine && (
            <Button kind="quiet" onPress={() => setEditing(true)}>
              {say("contact.edit")}
            </Button>
          )}
          {note.history.length > 1 && (
            <Button kind="quiet" aria-expanded={old} onPress={() => setOld(!old)}>
              {say("contact.history")}
            </Button>
          )}
          {(mine || atLeast(me.role, "supervisor")) && (
            <Button kind="quiet" onPress={() => change.mutate("delete")}>
              {say("contact.delete")}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function useNoteChange(note: Note, done?: () => void) {
  const [api, changed] = [useApi(), useNotesChanged(note.contact_id)];
  const path = { contact_id: note.contact_id, note_id: note.id };
  return useMutation({
    mutationFn: (what: "delete" | { pinned?: boolean; text?: string }) =>
      what === "delete"
        ? told(api.DELETE("/contacts/{contact_id}/notes/{note_id}", { params: { path } }))
        : told(api.PATCH("/contacts/{contact_id}/notes/{note_id}", { params: { path }, body: { version: note.version, ...what } })),
    onSuccess: () => done?.(),
    onSettled: changed,
  });
}

function EditNote({ note, onDone }: { note: Note; onDone: () => void }) {
  const say = useSay();
  const [text, setText] = useState(note.text);
  const change = useNoteChange(note, onDone);
  return (
    <li>
      <EditForm fault={change.error} saving={change.isPending} onDone={onDone} onSave={() => text.trim() && change.mutate({ text: text.trim() })}>
        <TextArea label={say("contact.note")} value={text} onChange={setText} maxLength={LONGEST} autoFocus />
      </EditForm>
    </li>
  );
}
