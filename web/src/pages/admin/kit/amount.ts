/** Durations as people say them: a number and its unit, to and from seconds. */

export const UNITS = { second: 1, minute: 60, hour: 3_600, day: 86_400 } as const;
export type Unit = keyof typeof UNITS;

/** The largest unit that says it without a fraction; no time at all is said in minutes. */
export function unitOf(seconds: number): Unit {
  if (seconds === 0) return "minute";
  return (["day", "hour", "minute"] as const).find((unit) => seconds % UNITS[unit] === 0) ?? "second";
}
