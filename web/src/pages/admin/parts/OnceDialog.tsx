/** Secrets that were made just now: shown this once. It closes only when somebody says that they are kept. */

import type { ReactNode } from "react";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Notice } from "../../../ui/states";
import { Copy } from "./Copy";
import styles from "./parts.module.css";

interface Props {
  title: string;
  secrets: ReadonlyArray<{ label: string; value: string }>;
  onClose: () => void;
  children?: ReactNode;
}

export function OnceDialog({ title, secrets, onClose, children }: Props) {
  const say = useSay();
  return (
    <Dialog title={title} isOpen wide>
      <Once secrets={secrets}>{children}</Once>
      <div className={styles["actions"]}>
        <Button kind="primary" onPress={onClose}>
          {say("admin.once_kept")}
        </Button>
      </div>
    </Dialog>
  );
}

/** The same within a page. */
export function Once({ secrets, children }: Pick<Props, "secrets" | "children">) {
  const say = useSay();
  return (
    <div className={styles["once"]}>
      <Notice icon="key" tone="warn" title={say("admin.once")} />
      {secrets.map(({ label, value }) => (
        <Copy key={label} label={label} value={value} isSecret />
      ))}
      {children}
    </div>
  );
}
