/** Why something was not done, in the API's words, with the id that support asks for. */

import { Problem, Unreachable } from "../api/problem";
import { useSay } from "../app/desk";
import type { Say } from "../i18n/texts";
import { Icon } from "../ui/Icon";
import styles from "./contact.module.css";

export function reasonOf(fault: unknown, say: Say): string {
  if (fault instanceof Unreachable) return say("state.unreachable");
  if (fault instanceof Problem && fault.code === "version_conflict") return say("contact.changed_meanwhile");
  return fault instanceof Problem && fault.detail !== "" ? fault.detail : say("state.failed");
}

export function Refusal({ fault }: { fault: unknown }) {
  const say = useSay();
  if (!fault) return null;
  return (
    <div className={styles["refusal"]} role="alert">
      <Icon name="error" size={16} />
      <p>
        {reasonOf(fault, say)}
        {fault instanceof Problem && fault.requestId && (
          <small className={styles["id"]}>{say("state.request_id", { id: fault.requestId })}</small>
        )}
      </p>
    </div>
  );
}
