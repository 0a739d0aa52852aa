/** Why a conversation went to somebody, or to nobody, in the reader's language: of the facts that the desk's own English
 * sentence tells; that sentence itself where the page does not know its kind. */

import type { Schemas } from "../../api/client";
import type { Say, TextId } from "../../i18n/texts";

export type Told = Pick<Schemas["DecisionView"], "outcome" | "sentence" | "relaxed" | "facts">;

/** In this order, as the desk tells them. */
const PASSED = ["full", "lacks_skill", "unavailable", "declined", "other_team"] as const;

type Words = (told: Told, say: Say) => string;

const WORDS: Record<string, Words> = {
  returning: (told, say) => say("decisions.returning", { name: text(told, "name"), offered: yes(told.outcome === "offered") }),
  free: (told, say) =>
    say(number(told, "able") === 1 ? "decisions.only" : "decisions.most", {
      name: text(told, "name"),
      offered: yes(told.outcome === "offered"),
      percent: number(told, "percent"),
      able: number(told, "able"),
      ...less(told),
    }),
  own_busy: (told, say) => say("decisions.own_busy", { name: text(told, "name") }),
  nobody: (told, say) => say("decisions.nobody", { why: passedWords(told, say), ...less(told) }),
  no_agents: (told, say) => say("decisions.nobody", { why: say("decisions.no_agents"), ...less(told) }),
  manual: (_, say) => say("decisions.manual"),
  accepted: (told, say) => ended("decisions.accepted", told, say),
  declined: (told, say) => ended(text(told, "reason") ? "decisions.declined_because" : "decisions.declined", told, say),
  expired: (told, say) => ended("decisions.expired", told, say),
};

export function sentenceWords(told: Told, say: Say): string {
  const kind = text(told, "kind");
  const words = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
  return words === undefined ? told.sentence : words(told, say);
}

const ended = (id: TextId, told: Told, say: Say): string =>
  say(id, { name: text(told, "name"), seconds: number(told, "seconds"), reason: text(told, "reason") });

function passedWords({ facts }: Told, say: Say): string {
  const passed = (facts["passed"] ?? {}) as Record<string, number>;
  const parts = PASSED.filter((reason) => passed[reason]).map((reason) => say(`decisions.passed.${reason}`, { n: passed[reason] ?? 0 }));
  return parts.length === 0 ? "" : parts.reduce((first, next) => say("decisions.and", { first, next }));
}

const less = ({ relaxed }: Told) => ({ less: yes(relaxed.length > 0), skills: relaxed.join(", ") });
const yes = (is: boolean): string => (is ? "yes" : "no");
const text = ({ facts }: Told, name: string): string => String(facts[name] ?? "");
const number = ({ facts }: Told, name: string): number => Number(facts[name] ?? 0);
