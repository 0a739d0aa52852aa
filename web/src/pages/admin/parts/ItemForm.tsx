/** The page of one thing: its form, the bar that saves it, and what stands beside. */

import type { ReactNode } from "react";
import { ConflictDialog } from "./ConflictDialog";
import { SaveBar } from "./SaveBar";
import type { Item } from "./useItem";
import styles from "./parts.module.css";

interface FormProps<D> {
  item: Item<D>;
  children: ReactNode;
  missing?: string | undefined;
  /** Beside the button that saves, at the start: what takes it away. */
  aside?: ReactNode;
  nameOf?: (field: keyof D & string) => string | undefined;
}

export function ItemForm<D extends object>({ item, children, missing, aside, nameOf }: FormProps<D>) {
  return (
    <form
      noValidate
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === undefined && !item.isSaving) item.save();
      }}
    >
      {children}
      <SaveBar item={item} missing={missing}>
        {aside}
      </SaveBar>
      <ConflictDialog item={item} {...(nameOf ? { nameOf } : {})} />
    </form>
  );
}

/** Fields in columns where there is room. */
export const Fields = ({ children }: { children: ReactNode }) => <div className={styles["fields"]}>{children}</div>;

/** As wide as the form, among fields in columns. */
export const Whole = ({ children }: { children: ReactNode }) => <div className={styles["whole"]}>{children}</div>;
