/** What is still to go out in this conversation, and what did not. */

import { useState } from "react";
import { channelName } from "../../app/channels";
import { useFormats, useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { reasonOf } from "./refusals";
import { useCancel, useScheduled, type Scheduled } from "./scheduled";
import { useWork } from "./work";
import styles from "./Composer.module.css";

export function ScheduledBar() {
  const { conversation } = useWork();
  const found = useScheduled(conversation.id);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const waiting = found.data?.items.filter(({ state }) => state === "scheduled" || state === "sending") ?? [];
  const failed = found.data?.items.filter(({ id, state }) => state === "failed" && !seen.has(id)) ?? [];
  if (waiting.length === 0 && failed.length === 0) return null;
  return (
    <ul className={styles["scheduled"]}>
      {[...failed, ...waiting].map((each) => (
        <Row key={each.id} one={each} hide={() => setSeen(new Set([...seen, each.id]))} />
      ))}
    </ul>
  );
}

function Row({ one, hide }: { one: Scheduled; hide: () => void }) {
  const [say, formats] = [useSay(), useFormats()];
  const { conversation, write, change } = useWork();
  const cancel = useCancel(conversation.id);
  const time = formats.dateTime(one.send_at);
  const leg = conversation.legs.find(({ id }) => id === one.leg_id && id !== conversation.active_leg_id);
  const edit = () => {
    write(one.text);
    change({ legId: leg?.id ?? null });
  };
  if (one.state === "failed") {
    return (
      <li data-tone="bad">
        <Icon name="error" size={16} />
        <span>{say("composer.scheduled_failed", { time, reason: one.detail })}</span>
        <Button onPress={() => (edit(), hide())}>{say("composer.edit")}</Button>
        <Button kind="quiet" onPress={hide}>
          {say("composer.hide")}
        </Button>
      </li>
    );
  }
  return (
    <li>
      <Icon name="schedule" size={16} />
      <span>
        {say(one.unless_answered ? "composer.scheduled_unless" : "composer.scheduled_at", { time })} <q dir="auto">{one.text}</q>
        {leg !== undefined && ` ${say("composer.via", { channel: channelName(leg.channel, say) })}`}
      </span>
      <Button kind="quiet" isPending={cancel.isPending} isDisabled={one.state === "sending"} onPress={() => cancel.mutate(one.id, { onSuccess: edit })}>
        {say("composer.change_scheduled")}
      </Button>
      <Button kind="quiet" isPending={cancel.isPending} isDisabled={one.state === "sending"} onPress={() => cancel.mutate(one.id)}>
        {say("composer.cancel_scheduled")}
      </Button>
      {cancel.error !== null && <span role="alert">{reasonOf(cancel.error, say)}</span>}
    </li>
  );
}
