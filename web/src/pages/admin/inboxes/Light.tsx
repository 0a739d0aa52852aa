/** The health of an inbox: a sign and a word, the colour is third. */

import { useFormats, useNow, useSay } from "../../../app/desk";
import { Icon, type IconName } from "../../../ui/Icon";
import { lastOf, lightOf, worryOf, type InboxRow, type Light as Shade } from "./signs";
import styles from "./inboxes.module.css";

const ICONS: Record<Shade, IconName> = { ok: "done", warn: "warning", bad: "error", off: "offline", new: "clock" };

export function Light({ inbox }: { inbox: InboxRow }) {
  const [say, now] = [useSay(), useNow(60_000)];
  const worry = worryOf(inbox, now);
  const shade = lightOf(worry);
  return (
    <span className={styles["light"]} data-shade={shade}>
      <Icon name={ICONS[shade]} size={16} />
      <span>{say(`inboxes.worry.${worry}`)}</span>
    </span>
  );
}

export function LastEvent({ inbox }: { inbox: InboxRow }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow(60_000)];
  const last = inbox.signs ? lastOf(inbox.signs) : null;
  if (last === null) return <>{say("inboxes.nothing_yet")}</>;
  return (
    <time dateTime={last.at} title={formats.dateTime(last.at)}>
      {say(`inboxes.last.${last.what}`, { ago: formats.ago(last.at, Math.max(now, Date.parse(last.at))) })}
    </time>
  );
}
