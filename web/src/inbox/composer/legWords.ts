/** What speaks for a way to the customer and what forbids it, in the reader's language; in the desk's own words where the
 * page does not know the code, or a time or a provider's word belongs to it. */

import type { Say, TextId } from "../../i18n/texts";
import type { LegChoice } from "./target";

const WORDS: Record<string, TextId> = {
  leg: "composer.why.leg",
  known: "composer.why.known",
  there_now: "composer.why.there_now",
  written: "composer.why.written",
  signed_in: "composer.why.signed_in",
  template_needed: "composer.why.template_needed",
  window_closes_soon: "composer.why.window_closes_soon",
  consent: "composer.why.consent",
  preferred: "composer.why.preferred",
  habit: "composer.why.habit",
  outside_hours: "composer.why.outside_hours",
  low_cost: "composer.why.low_cost",
  other_customer: "composer.why.other_customer",
  leads_elsewhere: "composer.why.leads_elsewhere",
  public: "composer.why.public",
  window_closed: "composer.why.window_closed",
  do_not_contact: "composer.why.do_not_contact",
  consent_withdrawn: "composer.why.consent_withdrawn",
  consent_missing: "composer.why.consent_missing",
  identity_unproven: "composer.why.identity_unproven",
};
/** Within the last hour it counts for more than within the day. */
const HOUR = 8;

type Why = LegChoice["refusals"][number] & { points?: number };

export function legWords({ code, text, points }: Why, say: Say): string {
  if (code === "recent") return say(points === HOUR ? "composer.why.recent_hour" : "composer.why.recent_day");
  const id = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  return id === undefined ? text : say(id);
}
