/** Promises of service as they stand now. */

import type { Schemas } from "../../api/client";

export type Clock = Schemas["ClockView"];
export type Standing = "running" | "soon" | "paused" | "breached";

export interface Shown {
  clock: Clock;
  standing: Standing;
  /** Milliseconds that are left; below nothing: how long it has been over. Null while it stands still. */
  left: number | null;
  /** How much of it has run, in quarters. */
  quarters: 0 | 1 | 2 | 3 | 4;
}

/** The last fifth of it, as policies warn by themselves. */
const SOON = 0.2;

export function standingOf(clock: Clock, now: number): Shown | null {
  if (clock.state === "met" || clock.state === "cancelled" || clock.stopped_at !== null) return null;
  const target = clock.target_seconds * 1_000;
  const due = clock.due_at === null ? null : Date.parse(clock.due_at);
  const over = clock.state === "breached" || (due !== null && clock.state === "running" && due <= now);
  const left = due === null ? null : due - now;
  const run = left === null ? clock.elapsed_seconds * 1_000 : target - left;
  const quarters = Math.min(4, Math.max(0, Math.floor((run / target) * 4))) as Shown["quarters"];
  if (over) return { clock, standing: "breached", left: left ?? (clock.breached_at === null ? null : Date.parse(clock.breached_at) - now), quarters: 4 };
  if (clock.state === "paused") return { clock, standing: "paused", left: null, quarters };
  const soon = clock.warned_at !== null || (left !== null && left <= target * SOON);
  return { clock, standing: soon ? "soon" : "running", left, quarters };
}

const URGENCY: readonly Standing[] = ["breached", "soon", "running", "paused"];

/** What presses most comes first. */
export function shownClocks(clocks: readonly Clock[], now: number): Shown[] {
  return clocks
    .flatMap((clock) => standingOf(clock, now) ?? [])
    .sort((one, other) => URGENCY.indexOf(one.standing) - URGENCY.indexOf(other.standing) || (one.left ?? 0) - (other.left ?? 0));
}

const MINUTE = 60_000;

/** To the minute; in the last five, to the second. */
export function roundedLeft(left: number): number {
  const size = Math.abs(left);
  return size < 5 * MINUTE ? size : Math.ceil(size / MINUTE) * MINUTE;
}
