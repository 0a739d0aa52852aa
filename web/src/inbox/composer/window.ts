/** How long free text still goes on a leg, and how that is said. */

export interface WindowOf {
  window_open: boolean;
  window_closes_at: string | null;
}

export type WindowTone = "calm" | "warn" | "urgent";

export interface Left {
  open: boolean;
  /** Milliseconds; null: no end is known. */
  left: number | null;
  tone: WindowTone;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WARN = HOUR;
const URGENT = 5 * MINUTE;
/** Told aloud when so many minutes are left. */
export const TOLD_AT = [60, 10, 1] as const;

export function leftOf({ window_open, window_closes_at }: WindowOf, now: number): Left {
  if (window_closes_at === null) return { open: window_open, left: null, tone: "calm" };
  const left = Math.max(0, Date.parse(window_closes_at) - now);
  return { open: window_open && left > 0, left, tone: left > WARN ? "calm" : left > URGENT ? "warn" : "urgent" };
}

/** As it is shown: hours and minutes, minutes, minutes and seconds. */
export function shownLeft(left: number): number {
  return left > URGENT ? Math.floor(left / MINUTE) * MINUTE : Math.floor(left / 1_000) * 1_000;
}

/** How often the words change. */
export const everyOf = (left: number | null): number => (left !== null && left <= URGENT + MINUTE ? 1_000 : 15_000);

/** The minutes that are to be told now: the time has gone past them since it was looked at last. */
export function toTell(before: number | null, now: number): number | null {
  if (before === null) return null;
  return TOLD_AT.find((minutes) => before > minutes * MINUTE && now <= minutes * MINUTE) ?? null;
}
