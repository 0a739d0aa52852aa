/** What speaks for a way to the customer and what forbids it, in the reader's language; in the desk's own words where the
 * page does not know the code. */

import { channelName } from "../../app/channels";
import type { Formats } from "../../i18n/formats";
import type { Say, TextId } from "../../i18n/texts";
import { misfitWords, type Facts } from "./misfitWords";

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
/** What became of an address, as its provider told. */
const REACH: Record<string, TextId> = {
  opted_out: "composer.reach.opted_out",
  blocked: "composer.reach.blocked",
  closed: "composer.reach.closed",
  bounced: "composer.reach.bounced",
  complained: "composer.reach.complained",
};
/** Within the last hour it counts for more than within the day. */
const HOUR = 8;

export interface Why {
  code: string;
  text: string;
  facts: Facts;
  points?: number;
}

/** With a number, a time or a name in it. */
const TOLD: Record<string, (why: Why, channel: string, say: Say, formats: Formats) => string | null> = {
  recent: ({ points }, _, say) => say(points === HOUR ? "composer.why.recent_hour" : "composer.why.recent_day"),
  quiet_hours: ({ facts }, _, say, formats) => say("composer.why.quiet_hours", { time: formats.dateTime(String(facts["until"])) }),
  inbox_disabled: ({ facts }, _, say) => say("composer.why.inbox_disabled", { inbox: String(facts["inbox"]) }),
  unreachable: ({ facts }, _, say) => known(REACH, String(facts["reason"]), say),
  unfit: ({ facts }, channel, say, formats) => misfitWords(facts, channelName(channel, say), say, formats),
};

const known = (words: Record<string, TextId>, key: string, say: Say): string | null => {
  const id = Object.hasOwn(words, key) ? words[key] : undefined;
  return id === undefined ? null : say(id);
};

export function legWords(why: Why, channel: string, say: Say, formats: Formats): string {
  const told = Object.hasOwn(TOLD, why.code) ? TOLD[why.code] : undefined;
  return (told === undefined ? known(WORDS, why.code, say) : told(why, channel, say, formats)) ?? why.text;
}
