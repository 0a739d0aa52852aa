/** Skills of agents as a grid: who stands in the rows, what can be asked for in the columns. */

import type { Schemas } from "../../../api/client";

export type Presence = Schemas["PresenceView"];
export const LEVELS = [0, 1, 2, 3, 4, 5] as const;
const MAX_LEVEL = 5;
/** As the API takes them: a word, with a prefix where it is one of a family (`lang:de`). */
const NAME = /^[^\s,]{1,60}$/u;

/** Every skill that somebody has, and those that were just named; languages last. */
export function columnsOf(people: readonly Presence[], named: readonly string[] = []): string[] {
  const all = new Set([...named, ...people.flatMap((each) => Object.keys(each.skills))]);
  const rank = (skill: string): string => (skill.startsWith("lang:") ? `1${skill}` : `0${skill}`);
  return [...all].sort((one, other) => rank(one).localeCompare(rank(other)));
}

export const levelOf = (person: Presence, skill: string): number => person.skills[skill] ?? 0;

/** All skills of somebody with one changed: level 0 takes it away. */
export function withLevel(skills: Readonly<Record<string, number>>, skill: string, level: number): Record<string, number> {
  const rest = Object.fromEntries(Object.entries(skills).filter(([name]) => name !== skill));
  return level === 0 ? rest : { ...rest, [skill]: Math.min(level, MAX_LEVEL) };
}

export const isName = (text: string): boolean => NAME.test(text);

/** How many have each level or more: who could take what asks for it. */
export function reachOf(people: readonly Presence[], skill: string, level: number): number {
  return people.filter((each) => levelOf(each, skill) >= level).length;
}
