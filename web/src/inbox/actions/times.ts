/** Times to put something aside until: presets by the reader's wall clock, and one that is typed. */

export const PRESETS = ["hour", "three_hours", "tomorrow", "monday", "week", "reply"] as const;
export type Preset = (typeof PRESETS)[number];

const MORNING = 9;
const MONDAY = 1;
/** Who waits for the customer alone is told again after so long: the desk forgets nobody. */
const REPLY_DAYS = 30;
const YEAR = 366 * 86_400_000;

/** Calendar days by the clock on the wall: a day with another hour in it is a day too. */
export function presetTime(preset: Preset, now: Date): Date {
  if (preset === "hour") return new Date(now.getTime() + 3_600_000);
  if (preset === "three_hours") return new Date(now.getTime() + 3 * 3_600_000);
  if (preset === "tomorrow") return morning(now, 1);
  if (preset === "monday") return morning(now, (MONDAY - now.getDay() + 7) % 7 || 7);
  return morning(now, preset === "week" ? 7 : REPLY_DAYS);
}

/** Without those that mean the same day: tomorrow may be Monday, and Monday a week from now. */
export function apart(now: Date): Preset[] {
  const monday = presetTime("monday", now).getTime();
  const same = (["tomorrow", "week"] as const).some((preset) => presetTime(preset, now).getTime() === monday);
  return PRESETS.filter((preset) => preset !== "monday" || !same);
}

function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}

/** As a field of type datetime-local has it, in the reader's zone. */
export function fieldFrom(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export type Wrong = "empty" | "past" | "far";

/** The moment that a field says, or what is wrong with it. */
export function momentFrom(text: string, now: Date): Date | Wrong {
  const at = new Date(text);
  if (text === "" || Number.isNaN(at.getTime())) return "empty";
  if (at <= now) return "past";
  return at.getTime() - now.getTime() > YEAR ? "far" : at;
}
