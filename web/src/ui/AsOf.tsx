/** "Up to date as of 12:04:31". */

import { useFormats, useSay } from "../app/desk";
import type { Moment } from "../i18n/formats";
import { Icon } from "./Icon";
import styles from "./AsOf.module.css";

/** `stale`: newer data is missing, and is said to be. */
export function AsOf({ at, stale = false, zone }: { at: Moment; stale?: boolean; zone?: string }) {
  const [say, formats] = [useSay(), useFormats(zone)];
  const sameDay = new Date(at).toDateString() === new Date().toDateString();
  return (
    <p className={`${styles["as-of"]} ${stale ? styles["stale"] : ""}`}>
      <Icon name={stale ? "warning" : "clock"} size={16} />
      <time dateTime={new Date(at).toISOString()}>
        {say("state.as_of", { time: sameDay ? formats.clock(at) : formats.dateTime(at) })}
      </time>
    </p>
  );
}
