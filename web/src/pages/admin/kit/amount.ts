/** Durations as people say them: a number and its unit, to and from seconds. */

import type { Formats } from "../../../i18n/formats";

export const UNITS = { second: 1, minute: 60, hour: 3_600, day: 86_400 } as const;
export type Unit = keyof typeof UNITS;

/** The largest unit that says it without a fraction; no time at all is said in minutes. */
export function unitOf(seconds: number): Unit {
  if (seconds === 0) return "minute";
  return (["day", "hour", "minute"] as const).find((unit) => seconds % UNITS[unit] === 0) ?? "second";
}

/** "4 hours", "1 hr 30 min": without a second unit that is nothing. */
export function lengthOf(formats: Formats, seconds: number, unitDisplay: "short" | "long" = "short"): string {
  const unit = unitOf(seconds);
  const [count, isWhole] = [seconds / UNITS[unit], unit !== "second" && (unit !== "minute" || seconds < UNITS.hour)];
  return isWhole ? formats.number(count, { style: "unit", unit, unitDisplay }) : formats.duration(seconds * 1_000, unitDisplay);
}
