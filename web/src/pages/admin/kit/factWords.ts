/** What the facts of conditions are called: their names are typed as the desk knows them, and told in words beside. */

import type { Say, TextId } from "../../../i18n/texts";
import { FACTS } from "./condition";

const WORDS: Record<(typeof FACTS)[number], TextId> = {
  channel: "rules.fact.channel",
  inbox_id: "rules.fact.inbox",
  team_id: "rules.fact.team",
  priority: "rules.fact.priority",
  labels: "rules.fact.labels",
  text: "rules.fact.text",
  "contact.tier": "rules.fact.contact_tier",
  "contact.locale": "rules.fact.contact_locale",
  "contact.language": "rules.fact.contact_language",
  "contact.dialect": "rules.fact.contact_dialect",
  "contact.country": "rules.fact.contact_country",
  "contact.customer_days": "rules.fact.contact_days",
  "contact.labels": "rules.fact.contact_labels",
  "contact.preferred_channel": "rules.fact.contact_channel",
  "contact.is_verified": "rules.fact.contact_verified",
  "attribute.": "rules.fact.attribute",
  "entitlement.": "rules.fact.entitlement",
  "external.": "rules.fact.external",
  episode: "rules.fact.episode",
  "escalation.tier": "rules.fact.escalation_tier",
  is_returning: "rules.fact.returning",
  sla_at_risk: "rules.fact.at_risk",
  promise_broken: "rules.fact.promise_broken",
};

/** Of `attribute.size` it is what attributes are called, and which one; "" where nobody knows it. */
export function factWords(field: string, say: Say): string {
  const fact = FACTS.find((each) => each === field || (each.endsWith(".") && field.startsWith(each)));
  if (fact === undefined) return "";
  const which = field.slice(fact.length);
  return which ? say("rules.fact.which", { what: say(WORDS[fact]), which }) : say(WORDS[fact]);
}

/** Whether a fact is meant by what was typed: by its name, or by its words. */
export const isMeant = (field: string, typed: string, say: Say): boolean =>
  [field, factWords(field, say)].some((each) => each.toLowerCase().includes(typed.trim().toLowerCase()));
