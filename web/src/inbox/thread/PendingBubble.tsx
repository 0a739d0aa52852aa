/** What is not stored yet: where it stands, and what can be done where it was refused. */

import { useFormats, useSay } from "../../app/desk";
import { outbox, type Pending } from "../../desk/outbox";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { TickMark } from "./Status";
import { Words } from "./Words";
import bubble from "./bubble.module.css";
import note from "./notes.module.css";
import styles from "./status.module.css";

export function PendingBubble({ pending }: { pending: Pending }) {
  const [say, formats] = [useSay(), useFormats()];
  const isNote = pending.mode === "note";
  const said = (
    <>
      <Words text={pending.text} />
      {pending.files.map((file) => (
        <p key={file.name} className={bubble["kind"]}>
          <Icon name="file" size={16} /> <bdi>{file.name}</bdi>
        </p>
      ))}
    </>
  );
  return (
    <div className={bubble["bubble"]} data-out data-note={isNote} data-first>
      <p className={bubble["who"]}>
        <bdi>{say("thread.you")}</bdi> <time dateTime={new Date(pending.at).toISOString()}>{formats.time(pending.at)}</time>
      </p>
      {isNote ? (
        <div className={note["note"]}>
          <p className={note["who"]}>
            <Icon name="lock" size={16} />
            <strong>{say("thread.note.label")}</strong>
          </p>
          {said}
        </div>
      ) : (
        <div className={bubble["body"]} data-failed={pending.state === "refused"}>
          {said}
        </div>
      )}
      {pending.state === "refused" ? (
        <Refused pending={pending} />
      ) : (
        <div className={styles["status"]} data-tick="waiting">
          <span className={styles["state"]}>
            <TickMark tick="waiting" />
            <span>{say(pending.state === "sending" ? "thread.pending.sending" : "thread.pending.waiting")}</span>
          </span>
          {pending.state === "waiting" && (
            <span className={styles["ways"]}>
              <Button kind="quiet" onPress={() => outbox.retry(pending.clientId)}>
                {say("thread.failed.again")}
              </Button>
              <Button kind="quiet" onPress={() => outbox.takeBack(pending.clientId)}>
                {say("thread.pending.take_back")}
              </Button>
            </span>
          )}
        </div>
      )}
    </div>
  );
}

function Refused({ pending }: { pending: Pending }) {
  const say = useSay();
  const refusal = pending.refusal;
  return (
    <div className={styles["failed"]} role="group" aria-label={say("thread.pending.refused")}>
      <p>
        {say("thread.failed.why", { reason: refusal?.detail || refusal?.code || "–" })}
        {refusal?.requestId ? ` ${say("state.request_id", { id: refusal.requestId })}` : ""}
      </p>
      <div className={styles["ways"]}>
        <Button icon="refresh" onPress={() => outbox.retry(pending.clientId)}>
          {say(refusal?.code === "moved_on" ? "thread.pending.anyway" : "thread.failed.again")}
        </Button>
        <Button onPress={() => outbox.takeBack(pending.clientId)}>{say("thread.failed.edit")}</Button>
        <Button onPress={() => outbox.drop(pending.clientId)}>{say("thread.pending.delete")}</Button>
      </div>
    </div>
  );
}
