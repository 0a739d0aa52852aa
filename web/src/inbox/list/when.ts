/** When something was, as short as a row has room for. */

import type { Formats } from "../../i18n/formats";
import type { Say } from "../../i18n/texts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function when(at: string, now: number, say: Say, formats: Formats): string {
  const past = now - Date.parse(at);
  if (past < MINUTE) return say("list.now");
  if (past < HOUR) return formats.duration(Math.floor(past / MINUTE) * MINUTE, "narrow");
  return new Date(at).toDateString() === new Date(now).toDateString() ? formats.time(at) : formats.shortDay(at);
}
