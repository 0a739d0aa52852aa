/** A button that takes something away, after it was asked for a second time; what it takes along is said. */

import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { useTell } from "../../../ui/Toasts";
import { Refusal } from "./SaveBar";
import styles from "./parts.module.css";

interface Props {
  /** Of what goes: the question names it. */
  name: string;
  /** What becomes of what hangs on it. */
  children?: ReactNode;
  remove: () => Promise<unknown>;
  onRemoved: () => void;
  /** What the buttons say, where it is no deletion: `Revoke`. */
  text?: string;
  /** What is said when it is done. */
  done?: string;
}

export function ConfirmDelete({ name, children, remove, onRemoved, text, done }: Props) {
  const [say, tell] = [useSay(), useTell()];
  const [isOpen, open] = useState(false);
  const removal = useMutation({
    mutationFn: remove,
    onSuccess: () => {
      open(false);
      tell({ text: done ?? say("admin.deleted", { name }), tone: "ok" });
      onRemoved();
    },
  });
  const label = text ?? say("admin.delete");
  return (
    <>
      <Button kind="danger" {...(text === undefined ? { icon: "remove" as const } : {})} onPress={() => open(true)}>
        {label}
      </Button>
      <Dialog
        title={say("admin.delete_title", { act: label, name })}
        isOpen={isOpen}
        alert
        onClose={() => {
          open(false);
          removal.reset();
        }}
      >
        {children && <div>{children}</div>}
        <Refusal fault={removal.error} />
        <div className={styles["actions"]}>
          <Button autoFocus onPress={() => open(false)}>
            {say("admin.cancel")}
          </Button>
          <Button kind="danger" isPending={removal.isPending} onPress={() => removal.mutate()}>
            {label}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
