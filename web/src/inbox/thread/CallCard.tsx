/** A call: how it went, what was recorded, what was said. */

import { useFormats, useSay } from "../../app/desk";
import type { Message } from "../../desk/conversation";
import { Icon } from "../../ui/Icon";
import { cardOf, fileOf, type Call } from "./calls";
import { isMessage, type Piece } from "./entries";
import { Files } from "./Files";
import { useThread } from "./shared";
import { Words } from "./Words";
import styles from "./bubble.module.css";

export function CallCard({ message, piece }: { message: Message; piece: Piece }) {
  const [say, formats] = [useSay(), useFormats()];
  const call = cardOf(message, piece.updates);
  if (call === null) return null;
  const length = call.talk_seconds ?? call.duration_seconds;
  return (
    <div className={styles["call"]}>
      <p className={styles["strong"]}>
        <Icon name="phone" size={16} /> {say(message.direction === "inbound" ? "thread.call.inbound" : "thread.call.outbound")}
      </p>
      <p>{call.outcome === null ? say(`thread.call.state.${call.state}`) : say(`thread.call.outcome.${call.outcome}`)}</p>
      {length !== null && <p>{say("thread.call.length", { time: formats.duration(length * 1_000) })}</p>}
      {call.answered_by !== null && <p>{say("thread.call.by", { who: call.answered_by })}</p>}
      {call.queue_position !== null && call.state === "queued" && <p>{say("thread.call.place", { n: call.queue_position })}</p>}
      {call.choice !== null && <p>{say("thread.call.choice", { choice: call.choice })}</p>}
      {call.callback_requested && (
        <p className={styles["warn"]}>
          <Icon name="warning" size={16} /> {say("thread.call.callback")}
        </p>
      )}
      {call.recordings.map((each) => (
        <Recording key={each.id} recording={each} updates={piece.updates} />
      ))}
      {call.lines.length > 0 && (
        <details className={styles["raw"]}>
          <summary>{say("thread.call.transcript", { n: call.lines.length })}</summary>
          {call.lines.map((line, place) => (
            <p key={place} dir="auto">
              <strong>{say(line.speaker === "agent" ? "thread.call.agent" : "thread.call.customer")}</strong> {line.text}
            </p>
          ))}
        </details>
      )}
    </div>
  );
}

function Recording({ recording, updates }: { recording: Call["recordings"][number]; updates: readonly Message[] }) {
  const [say, { all }] = [useSay(), useThread()];
  const entries = [...updates, ...all().flatMap(({ entry }) => (isMessage(entry) && entry.kind === "audio" ? [entry] : []))];
  const file = fileOf(recording.id, entries);
  return (
    <div>
      <p className={styles["kind"]}>{say(recording.voicemail ? "thread.call.voicemail" : "thread.call.recording")}</p>
      {recording.failed && <p className={styles["warn"]}>{say("thread.call.recording_failed")}</p>}
      {file !== null && file.message.kind !== "audio" && <Files entry={file.message} />}
      {recording.transcript !== null && <Words text={recording.transcript} />}
    </div>
  );
}
