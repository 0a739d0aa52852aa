/** Below a form: what was refused, and saving or taking back what is typed. It stays in sight while the form is scrolled. */

import type { ReactNode } from "react";
import { Problem } from "../../../api/problem";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { faultText } from "./faults";
import type { Item } from "./useItem";
import styles from "./parts.module.css";

interface Props {
  item: Pick<Item<object>, "isDirty" | "isSaving" | "refusal" | "discard" | "isNew" | "isBack">;
  /** What is to be done first; the button says so, and is off. */
  missing?: string | undefined;
  children?: ReactNode;
}

export function SaveBar({ item, missing, children }: Props) {
  const say = useSay();
  return (
    <div className={styles["bar"]}>
      {item.isBack && <p className={styles["back"]}>{say("admin.unsaved_back")}</p>}
      <Refusal fault={item.refusal} />
      <div className={styles["actions"]}>
        {children}
        <span className={styles["state"]} role="status">
          {missing ?? (item.isDirty && !item.isNew ? say("admin.unsaved") : "")}
        </span>
        {item.isDirty && !item.isNew && <Button onPress={item.discard}>{say("admin.discard")}</Button>}
        <Button kind="primary" type="submit" isPending={item.isSaving} isDisabled={missing !== undefined || (!item.isDirty && !item.isNew)}>
          {say(item.isNew ? "admin.create" : "admin.save")}
        </Button>
      </div>
    </div>
  );
}

/** What the API said, with the request's id; nothing where nothing was refused. */
export function Refusal({ fault }: { fault: unknown }) {
  const say = useSay();
  if (fault === null || fault === undefined) return null;
  const others = fault instanceof Problem && fault.errors.length > 1 ? fault.errors : [];
  return (
    <div className={styles["refusal"]} role="alert">
      <Icon name="error" size={16} />
      <div>
        <p>{faultText(fault, say)}</p>
        {others.length > 0 && (
          <ul>
            {others.map((each) => (
              <li key={each.field}>
                <code>{each.field}</code> {each.detail}
              </li>
            ))}
          </ul>
        )}
        {fault instanceof Problem && fault.requestId && <p className={styles["id"]}>{say("state.request_id", { id: fault.requestId })}</p>}
      </div>
    </div>
  );
}
