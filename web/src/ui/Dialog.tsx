/** A dialog before the page: the focus stays in it, and goes back where it came from. */

import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import styles from "./Dialog.module.css";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  /** Left out: it cannot be closed without an answer. */
  onClose?: () => void;
  /** For what destroys something. */
  alert?: boolean;
  /** For a table, or many fields. */
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ title, isOpen, onClose, alert = false, wide = false, children }: DialogProps) {
  return (
    <ModalOverlay
      className={styles["overlay"] ?? ""}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose?.()}
      isDismissable={onClose !== undefined}
      isKeyboardDismissDisabled={onClose === undefined}
    >
      <Modal className={styles["modal"] ?? ""} data-wide={wide}>
        <AriaDialog className={styles["dialog"] ?? ""} role={alert ? "alertdialog" : "dialog"}>
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
