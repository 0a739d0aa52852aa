/** Who it is, how it stands, and what can be done with it. */

import { Link } from "wouter";
import { useFormats, useMe, useSay } from "../../app/desk";
import { useCalmStatus } from "../../app/Connection";
import { channelName } from "../../app/channels";
import { useWidth } from "../../app/width";
import { useNameOf } from "../../contact/names";
import type { Conversation } from "../../desk/conversation";
import { AsOf } from "../../ui/AsOf";
import { IconButton } from "../../ui/Button";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { Icon } from "../../ui/Icon";
import { ConversationActions } from "../actions/ConversationActions";
import { Clocks } from "./Clocks";
import { useShown } from "./around";
import { Viewers } from "./Viewers";
import styles from "./header.module.css";

interface Props {
  conversation: Conversation;
  back: (() => void) | undefined;
  context: () => void;
}

export function Header({ conversation, back, context }: Props) {
  const [say, width] = [useSay(), useWidth()];
  useShown(conversation.id);
  const name = conversation.contact_name === "" ? say("inbox.nobody") : conversation.contact_name;
  return (
    <header className={styles["header"]}>
      <div className={styles["line"]}>
        {back && <IconButton icon="back" label={say("thread.back")} onPress={back} />}
        <h2 className={styles["name"]} tabIndex={-1}>
          <bdi>{name}</bdi>
        </h2>
        <Legs conversation={conversation} />
        <span className={styles["grow"]} />
        <ConversationActions conversation={conversation} />
        <IconButton icon={width === "desktop" ? "person" : "info"} label={say("thread.context")} onPress={context} />
      </div>
      <div className={styles["facts"]}>
        <StatusChip conversation={conversation} />
        <Clocks conversation={conversation} />
        <Owner conversation={conversation} />
        <Viewers conversationId={conversation.id} />
        <Stale />
      </div>
      <Elsewhere conversation={conversation} />
    </header>
  );
}

/** A gap is said until it is closed. */
function Stale() {
  const { state, asOf } = useCalmStatus();
  return state === "live" || state === "connecting" || asOf === null ? null : <AsOf at={asOf} stale />;
}

/** The active one comes first. */
function Legs({ conversation }: { conversation: Conversation }) {
  const say = useSay();
  const active = conversation.active_leg_id;
  const legs = [...conversation.legs].sort((one, other) => Number(other.id === active) - Number(one.id === active));
  return (
    <ul className={styles["legs"]} role="list" aria-label={say("thread.legs")}>
      {legs.map((leg) => (
        <li key={leg.id} aria-current={leg.id === active ? "true" : undefined} title={`${channelName(leg.channel, say)} ${leg.address}`}>
          <ChannelBadge channel={leg.channel} />
        </li>
      ))}
    </ul>
  );
}

function StatusChip({ conversation }: { conversation: Conversation }) {
  const [say, formats] = [useSay(), useFormats()];
  const until = conversation.snoozed_until;
  return (
    <span className={styles["chip"]} data-status={conversation.status}>
      <Icon name={conversation.status === "resolved" ? "done" : conversation.status === "snoozed" ? "clock" : "inbox"} size={16} />
      {until !== null && conversation.status === "snoozed" ? say("thread.snoozed_until", { time: formats.dateTime(until) }) : say(`thread.status.${conversation.status}`)}
    </span>
  );
}

function Owner({ conversation }: { conversation: Conversation }) {
  const [say, me, nameOf] = [useSay(), useMe(), useNameOf()];
  const { assignee_id: owner, team_id: team } = conversation;
  const text = owner === me.id ? say("thread.owner.you") : owner !== null ? say("thread.owner.one", { name: nameOf(owner) }) : team !== null ? say("thread.owner.team", { name: nameOf(team) }) : say("thread.owner.nobody");
  return (
    <span className={styles["chip"]}>
      <Icon name="person" size={16} />
      {text}
    </span>
  );
}

/** It goes on elsewhere, or somebody has taken it. */
function Elsewhere({ conversation }: { conversation: Conversation }) {
  const [say, nameOf, formats] = [useSay(), useNameOf(), useFormats()];
  const { merged_into: into, taken_over: taken } = conversation;
  return (
    <>
      {into !== null && (
        <p className={styles["banner"]} role="status">
          <Icon name="link" size={16} />
          <span>
            {say("thread.merged_into")} <Link href={`/inbox/all?c=${into}`}>{say("thread.act.open")}</Link>
          </span>
        </p>
      )}
      {taken !== null && (
        <p className={styles["banner"]} role="status">
          <Icon name="shield" size={16} />
          <span>{say("thread.taken_over", { name: nameOf(taken.by), time: formats.time(taken.at) })}</span>
        </p>
      )}
    </>
  );
}
