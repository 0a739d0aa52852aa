/** Who else has it open, and who writes. */

import { useSay } from "../../app/desk";
import { initials } from "../../app/initials";
import { Icon } from "../../ui/Icon";
import { useAround } from "./around";
import styles from "./header.module.css";

const MOST = 3;

export function Viewers({ conversationId }: { conversationId: string }) {
  const say = useSay();
  const { viewers, lock, typing } = useAround(conversationId);
  const customer = typing.some(({ kind }) => kind === "contact");
  const writes = (id: string) => lock?.id === id || typing.some((each) => each.id === id);
  return (
    <>
      {viewers.length > 0 && (
        <span className={styles["viewers"]} role="group" aria-label={say("thread.viewers", { names: viewers.map(({ name }) => name).join(", ") })}>
          <Icon name="eye" size={16} />
          {viewers.slice(0, MOST).map(({ id, name, composing }) => (
            <span key={id} className={styles["viewer"]} data-writing={writes(id) || composing !== null} title={say(writes(id) || composing !== null ? (composing === "note" ? "thread.viewer_note" : "thread.viewer_writes") : "thread.viewer_looks", { name })}>
              <span aria-hidden="true">{initials(name)}</span>
              {(writes(id) || composing !== null) && <Icon name="edit" size={16} />}
            </span>
          ))}
          {viewers.length > MOST && <span>+{viewers.length - MOST}</span>}
        </span>
      )}
      {customer && <span className={styles["typing"]}>{say("thread.customer_types")}</span>}
    </>
  );
}
