/** Making parts of a message or a note unreadable, for good. What agents may take out is found by its form; the rest is a
 * supervisor's. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../api/client";
import { Problem } from "../../api/problem";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import type { Entry } from "../../desk/conversation";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import { Checkbox, CheckboxGroup } from "../../ui/inputs";
import { useTell } from "../../ui/Toasts";
import { useThread } from "./shared";
import styles from "./tools.module.css";

const PATTERNS = ["card", "iban", "email"] as const;
type Pattern = (typeof PATTERNS)[number];

export function RedactDialog({ entry, close }: { entry: Entry; close: () => void }) {
  const [say, api, me, tell, { conversation }] = [useSay(), useApi(), useMe(), useTell(), useThread()];
  const [patterns, setPatterns] = useState<Pattern[]>([]);
  const [whole, setWhole] = useState(false);
  const [files, setFiles] = useState(false);
  const [reason, setReason] = useState("");
  const supervisor = atLeast(me.role, "supervisor");
  const attachments = files ? entry.attachments.map(({ index }) => index) : [];
  const nothing = patterns.length === 0 && !whole && attachments.length === 0;
  const redact = useMutation({
    mutationFn: () =>
      told(
        api.POST("/conversations/{conversation_id}/messages/{message_id}/redaction", {
          params: { path: { conversation_id: conversation.id, message_id: entry.id } },
          body: { reason: reason.trim(), patterns, whole, attachments },
        }),
      ),
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
