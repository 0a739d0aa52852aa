/** How long the channel's window is still open. The words that tick are not read; what matters is told at 60, 10 and 1. */

import { useEffect, useRef, useState } from "react";
import { channelName } from "../../app/channels";
import { useFormats, useNow, useSay } from "../../app/desk";
import { Icon } from "../../ui/Icon";
import { everyOf, leftOf, shownLeft, toTell } from "./window";
import type { Leg } from "./target";
import styles from "./Composer.module.css";

/** Ticks by the minute until the last five. */
export function useLeft(leg: Leg | null) {
  const [every, setEvery] = useState(15_000);
  const now = useNow(every);
  const found = leg === null ? null : leftOf(leg, Math.max(now, Date.now() - every));
  const wanted = everyOf(found?.left ?? null);
  useEffect(() => setEvery(wanted), [wanted]);
  return found;
}

export function Window({ leg }: { leg: Leg }) {
  const [say, formats] = [useSay(), useFormats()];
  const found = useLeft(leg);
  const told = useTold(found?.left ?? null);
  if (found === null || found.left === null || !found.open) return null;
  const channel = channelName(leg.channel, say);
  const time = formats.duration(shownLeft(found.left));
  return (
    <>
      <span className={styles["window"]} data-tone={found.tone} aria-hidden="true">
        <Icon name={found.tone === "calm" ? "clock" : "warning"} size={16} />
        {say("composer.window_left_short", { time })}
      </span>
      <span className="visually-hidden" role="status">
        {told === null ? "" : say("composer.window_left", { channel, time: formats.duration(told * 60_000, "long") })}
      </span>
    </>
  );
}

function useTold(left: number | null): number | null {
  const before = useRef<number | null>(null);
  const [told, setTold] = useState<number | null>(null);
  useEffect(() => {
    if (left === null) return;
    const minutes = toTell(before.current, left);
    before.current = left;
    if (minutes !== null) setTold(minutes);
  }, [left]);
  return told;
}
