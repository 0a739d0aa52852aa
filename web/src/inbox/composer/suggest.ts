/** What `/`, `@` and `:` in a text ask for, and what is put in their place. */

export interface Asked {
  kind: "slash" | "mention" | "emoji";
  /** Where the sign stands. */
  start: number;
  /** What was typed behind it. */
  query: string;
}

const SIGNS = { "/": "slash", "@": "mention" } as const;

/** Two letters at least, for `:D` and `:p` are meant as they are; one where a letter is a word. Numbers are times. */
const EMOJI = /(?:^|[\s(])[:：]((?=\p{Script=Han}|\p{L}[\p{L}\p{N}_-]|\+\d)[\p{L}\p{M}\p{N}_+-]{1,40})$/u;

/** A sign at the beginning of a line or behind a space, and no space since. Mentions are for notes alone. */
export function askedAt(text: string, caret: number, note: boolean): Asked | null {
  const emoji = EMOJI.exec(text.slice(0, caret))?.[1];
  if (emoji !== undefined) return { kind: "emoji", start: caret - emoji.length - 1, query: emoji };
  const found = /(?:^|[\s(])([/@])([^\s/@]{0,40})$/u.exec(text.slice(0, caret));
  if (found === null) return null;
  const [, sign, query] = found as unknown as [string, "/" | "@", string];
  if (sign === "@" && !note) return null;
  return { kind: SIGNS[sign], start: caret - query.length - 1, query };
}

/** Two slashes are one that is meant. */
export function plainSlash(text: string, caret: number): { text: string; caret: number } | null {
  if (!/(?:^|\s)\/\/$/u.test(text.slice(0, caret))) return null;
  return { text: text.slice(0, caret - 1) + text.slice(caret), caret: caret - 1 };
}

export function replaced(text: string, asked: Asked, caret: number, by: string): { text: string; caret: number } {
  return { text: text.slice(0, asked.start) + by + text.slice(caret), caret: asked.start + by.length };
}

/** How well a name answers to what was typed: the lower the better; null: not at all. */
export function rank(query: string, short: string, words: string): number | null {
  const [asked, name, all] = [fold(query), fold(short), fold(words)];
  if (asked === "" || name === asked) return 0;
  if (name.startsWith(asked)) return 1;
  if (all.split(/[\s\-_.,:;]+/u).some((word) => word.startsWith(asked))) return 2;
  if (name.includes(asked)) return 3;
  return inOrder(asked, name) ? 4 : null;
}

export function ranked<T>(all: readonly T[], query: string, of: (one: T) => [short: string, words: string], most: number): T[] {
  return all
    .map((one, place) => ({ one, place, rank: rank(query, ...of(one)) }))
    .filter((each): each is { one: T; place: number; rank: number } => each.rank !== null)
    .sort((one, other) => one.rank - other.rank || one.place - other.place)
    .slice(0, most)
    .map(({ one }) => one);
}

export const fold = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function inOrder(letters: string, text: string): boolean {
  let from = 0;
  for (const letter of letters) {
    from = text.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}

const PLACEHOLDER = /\{\{\s*([\w.]+)[^{}]*\}\}/u;

/** The first place that nothing is known for: it has to be filled in before the text goes. */
export function openPlace(text: string): { start: number; end: number; name: string } | null {
  const found = PLACEHOLDER.exec(text);
  return found === null ? null : { start: found.index, end: found.index + found[0].length, name: found[1] ?? "" };
}

/** Of those that were chosen, the ones that the text still names, each once. */
export function stillNamed<M extends { id: string; name: string }>(marks: readonly M[], text: string): M[] {
  return marks.filter((mark, place) => text.includes(`@${mark.name}`) && marks.findIndex((each) => each.id === mark.id) === place);
}
