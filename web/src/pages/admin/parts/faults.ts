/** What a refusal says, and to which field it belongs. */

import { Problem, Unreachable } from "../../../api/problem";
import type { Say } from "../../../i18n/texts";

/** The API's own words; of a broken line, ours. */
export function faultText(fault: unknown, say: Say): string {
  if (fault instanceof Unreachable) return say("state.unreachable");
  if (fault instanceof Problem && fault.detail !== "") return fault.detail;
  return say("admin.not_saved");
}

/** The refusal of one field, by where it stands in what was sent (`credentials.access_token`); undefined: it is well. */
export function errorOf(fault: unknown, field: string): string | undefined {
  if (!(fault instanceof Problem)) return undefined;
  const own = fault.errors.find((each) => within(each.field, field));
  if (own !== undefined) return own.detail;
  return fault.field !== null && within(fault.field, field) ? fault.detail : undefined;
}

/** `labels[0].name` belongs to `labels`. */
function within(told: string, field: string): boolean {
  if (told === field) return true;
  return told.startsWith(field) && /^[.[]/.test(told.slice(field.length));
}
