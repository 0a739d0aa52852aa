/** A dialog with a form: Enter in a field or Mod+Enter sends it; what the desk refuses is said in it, and nothing typed is
 * lost. */

import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import { Problem } from "../../api/problem";
import { useSay } from "../../app/desk";
import { isComposing } from "../../keys/ime";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { reasonOf } from "./acts";
import styles from "./actions.module.css";

export interface FormDialogProps {
  title: string;
  send: string;
  /** Closes on success. What it throws is shown; `false` keeps the dialog. */
  onSend: () => Promise<unknown>;
  onClose: () => void;
  isReady?: boolean;
  wide?: boolean;
  danger?: boolean;
  children: ReactNode;
  /** A way out of a refusal, beside its reason. */
  instead?: (problem: Problem) => ReactNode;
}

export function FormDialog({ title, send, onSend, onClose, isReady = true, wide = false, danger = false, children, instead }: FormDialogProps) {
  const say = useSay();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const submit = async () => {
    if (busy || !isReady) return;
    setBusy(true);
    setFault(null);
    try {
      if ((await onSend()) !== false) onClose();
    } catch (refused) {
      setFault(refused);
    } finally {
      setBusy(false);
    }
  };
  // Before the fields see it: some keep their keys to themselves.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event)) return;
    event.preventDefault();
    void submit();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void submit();
  };
  return (
    <Dialog title={title} isOpen wide={wide} alert={danger} onClose={onClose}>
      <form className={styles["form"]} onSubmit={onSubmit} onKeyDownCapture={onKeyDown} noValidate>
        {children}
        {fault !== null && (
          <div role="alert" className={styles["refusal"]}>
            <p>{reasonOf(fault, say)}</p>
            {fault instanceof Problem && fault.requestId && fault.passes && <p className={styles["meta"]}>{say("state.request_id", { id: fault.requestId })}</p>}
            {fault instanceof Problem && instead?.(fault)}
          </div>
        )}
        <footer className={styles["foot"]}>
          <Button onPress={onClose}>{say("actions.cancel")}</Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} isDisabled={!isReady || busy}>
            {send}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
