/** What the writer has to know before sending: who else writes, what was said meanwhile, what another device has. */

import { channelName } from "../../app/channels";
import { atLeast, useFormats, useLiveDesk, useMe, useSay } from "../../app/desk";
import { outbox, usePending, type Pending } from "../../desk/outbox";
import type { ServerDraft } from "../../desk/draftWords";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useLock } from "./lock";
import { useWork } from "./work";
import styles from "./Composer.module.css";

export function LockBanner() {
  const [say, me, live] = [useSay(), useMe(), useLiveDesk()];
  const { conversation } = useWork();
  const lock = useLock(conversation.id);
  return (
    <div role="status">
      {lock !== null && (
        <p className={styles["banner"]} data-tone="info">
          <Icon name="edit" size={16} />
          <span>{say("composer.lock", { name: lock.name })}</span>
          {atLeast(me.role, "supervisor") && (
            <Button kind="quiet" onPress={() => live.say({ action: "take", conversation_id: conversation.id })}>
              {say("composer.take")}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

interface Said {
  id: string;
  author: { kind: string; name: string | null };
  text: string;
  occurred_at: string;
}

/** A reply that was kept back because somebody said something first. */
export function MovedOn() {
  const { conversation } = useWork();
  const held = usePending(conversation.id).find((each) => each.state === "refused" && each.refusal?.code === "moved_on");
  return <div role="alert">{held !== undefined && <Held pending={held} />}</div>;
}

function Held({ pending }: { pending: Pending }) {
  const [say, formats] = [useSay(), useFormats()];
  const since = (pending.refusal?.facts["since"] as Said[] | undefined) ?? [];
  return (
    <div className={styles["banner"]} data-tone="warn" data-tall="true">
      <p>
        <Icon name="warning" size={16} /> <strong>{say("composer.moved_on", { n: since.length })}</strong>
      </p>
      <ul className={styles["since"]}>
        {since.map(({ id, author, text, occurred_at }) => (
          <li key={id}>
            <bdi>{author.name ?? say("composer.somebody")}</bdi>, {formats.time(occurred_at)}: <span dir="auto">{text}</span>
          </li>
        ))}
      </ul>
      <p className={styles["muted"]}>
        {say("composer.yours")} <span dir="auto">{pending.text}</span>
      </p>
      <div className={styles["ways"]}>
        <Button kind="primary" onPress={() => outbox.retry(pending.clientId)}>
          {say("composer.send_anyway")}
        </Button>
        <Button onPress={() => outbox.takeBack(pending.clientId)}>{say("composer.edit")}</Button>
      </div>
    </div>
  );
}

export function NewerDraft({ newer }: { newer: ServerDraft | null }) {
  const [say, formats] = [useSay(), useFormats()];
  const { drafts, conversation } = useWork();
  return (
    <div role="status">
      {newer !== null && (
        <div className={styles["banner"]} data-tone="info" data-tall="true">
          <p>
            <strong>{say(newer.kind === "note" ? "composer.newer_note" : "composer.newer_reply", { time: formats.dateTime(newer.saved_at) })}</strong>
          </p>
          <p className={styles["muted"]} dir="auto">
            {newer.text}
          </p>
          <div className={styles["ways"]}>
            <Button onPress={() => drafts.settle(conversation.id, "theirs")}>{say("composer.use_newer")}</Button>
            <Button onPress={() => drafts.settle(conversation.id, "mine")}>{say("composer.keep_mine")}</Button>
          </div>
        </div>
      )}
    </div>
  );
}

export function Quote() {
  const say = useSay();
  const { draft, change } = useWork();
  if (draft.quote === null && draft.replyTo === null) return null;
  return (
    <p className={styles["quote"]}>
      <span>
        {say("composer.answers")} <q dir="auto">{draft.quote ?? ""}</q>
      </span>
      <Button kind="quiet" icon="close" onPress={() => change({ quote: null, replyTo: null })}>
        {say("composer.unquote")}
      </Button>
    </p>
  );
}

/** Who will read it, before it is written. */
export function WhoSees({ channel, address, moves }: { channel: string | null; address: string; moves: boolean }) {
  const say = useSay();
  const { mode, conversation } = useWork();
  const name = conversation.contact_name || say("inbox.nobody");
  if (mode === "note") {
    return (
      <p className={styles["whoSees"]}>
        <Icon name="lock" size={16} /> {say("composer.sees_note", { name })}
      </p>
    );
  }
  if (channel === null) return null;
  const values = { name, channel: channelName(channel, say), address };
  return <p className={styles["whoSees"]}>{say(moves ? "composer.sees_move" : "composer.sees_reply", values)}</p>;
}
