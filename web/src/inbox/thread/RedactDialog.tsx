/** Making parts of a message or a note unreadable, for good. What agents may take out is found by its form; the rest is a
 * supervisor's. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Api, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import type { Entry } from "../../desk/conversation";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import { Checkbox, CheckboxGroup } from "../../ui/inputs";
import { useTell } from "../../ui/Toasts";
import type { Piece } from "./entries";
import { rangesOf, versionsOf } from "./redaction";
import { useThread } from "./shared";
import styles from "./tools.module.css";

const PATTERNS = ["card", "iban", "email"] as const;
type Pattern = (typeof PATTERNS)[number];

type Wish = Pick<Schemas["RedactionBody"], "reason" | "patterns" | "whole"> & { words: string; files: boolean };

export function RedactDialog({ piece, close }: { piece: Piece; close: () => void }) {
  const [say, api, me, tell, { conversation }] = [useSay(), useApi(), useMe(), useTell(), useThread()];
  const [patterns, setPatterns] = useState<Pattern[]>([]);
  const [words, setWords] = useState("");
  const [whole, setWhole] = useState(false);
  const [files, setFiles] = useState(false);
  const [reason, setReason] = useState("");
  const { entry } = piece;
  const supervisor = atLeast(me.role, "supervisor");
  const missing = !whole && words.trim() !== "" && versionsOf(piece).every(({ text }) => rangesOf(text, words).length === 0);
  const nothing = missing || (patterns.length === 0 && words.trim() === "" && !whole && !files);
  const redact = useMutation({
    mutationFn: () => redactAll(api, conversation.id, versionsOf(piece), { reason: reason.trim(), patterns, whole, words, files }),
    onSuccess: () => {
      tell({ text: say("thread.redact.done"), tone: "ok" });
      close();
    },
  });
  const fault = redact.error;
  return (
    <Dialog title={say(entry.type === "note" ? "thread.redact.title_note" : "thread.redact.title")} isOpen onClose={close} alert>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          redact.mutate();
        }}
      >
        <p>{say(entry.type === "note" ? "thread.redact.warning_note" : "thread.redact.warning")}</p>
        <CheckboxGroup label={say("thread.redact.patterns")} choices={PATTERNS.map((id) => ({ id, label: say(`thread.redact.${id}`) }))} value={patterns} onChange={setPatterns} isDisabled={whole} />
        {supervisor && <TextField label={say("thread.redact.words")} hint={say("thread.redact.words_hint")} error={missing ? say("thread.redact.words_none") : undefined} value={words} onChange={setWords} isDisabled={whole} autoComplete="off" />}
        {supervisor && <Checkbox label={say(entry.type === "note" ? "thread.redact.whole_note" : "thread.redact.whole")} isSelected={whole} onChange={setWhole} />}
        {supervisor && entry.attachments.length > 0 && <Checkbox label={say("thread.redact.files", { n: entry.attachments.length })} isSelected={files} onChange={setFiles} />}
        <TextField label={say("thread.redact.reason")} hint={say("thread.redact.reason_hint")} value={reason} onChange={setReason} maxLength={200} isRequired />
        {fault !== null && (
          <p role="alert" className={styles["fault"]}>
            {fault instanceof Problem && fault.detail !== "" ? fault.detail : say("state.unreachable")}
          </p>
        )}
        <div className={styles["ends"]}>
          <Button onPress={close}>{say("thread.cancel")}</Button>
          <Button kind="danger" type="submit" isDisabled={nothing || reason.trim() === "" || redact.isPending}>
            {say("thread.redact.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Of each version what it has of it. That one of them has nothing is no fault, where another one had something. */
async function redactAll(api: Api, conversationId: string, versions: readonly Entry[], wish: Wish): Promise<void> {
  const { words, files, ...body } = wish;
  let [done, refused]: [number, unknown] = [0, null];
  for (const version of versions) {
    const [ranges, attachments] = [rangesOf(version.text, words), files ? version.attachments.map(({ index }) => index) : []];
    if (!body.whole && [body.patterns ?? [], ranges, attachments].every((each) => each.length === 0)) continue;
    const path = { conversation_id: conversationId, message_id: version.id };
    try {
      await told(api.POST("/conversations/{conversation_id}/messages/{message_id}/redaction", { params: { path }, body: { ...body, ranges, attachments } }));
      done += 1;
    } catch (fault) {
      if (!hadNothing(fault)) throw fault;
      refused = fault;
    }
  }
  if (done === 0) throw refused;
}

const hadNothing = (fault: unknown): boolean => fault instanceof Problem && fault.code === "redaction_refused" && fault.facts["because"] === "nothing";
