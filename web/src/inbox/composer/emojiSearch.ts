/** Looking for emoji by what they are called: in the reader's language and in English, in which their short names are. */

import { EMOJI } from "./emojiData";
import { fold } from "./suggest";

export type EmojiRow = readonly [sign: string, name: string, words: string, short: string];

export interface Emoji {
  sign: string;
  /** In the reader's language. */
  name: string;
  /** Whole names, and all words: what is typed is looked for in both. */
  names: readonly string[];
  words: readonly string[];
}

const COMMON = new Set(EMOJI.flatMap(({ all }) => all));
const HAN = /\p{Script=Han}/u;

const split = (text: string): string[] => fold(text).split(/[\s:_\-.,“”"()]+/u).filter((word) => word !== "");

export function emojiFrom(own: readonly EmojiRow[], english: readonly EmojiRow[]): Emoji[] {
  const other = new Map(own === english ? [] : english.map((row) => [row[0], row]));
  return own.map((row) => {
    const [sign, name] = row;
    const both = [row, other.get(sign)].flatMap((each) => (each === undefined ? [] : [each]));
    const names = both.flatMap(([, its, , short]) => [its, ...short.split(" ")]).filter((each) => each !== "");
    return { sign, name, names: names.map(fold), words: split([...names, ...both.map(([, , words]) => words)].join(" ")) };
  });
}

/** Each word that was typed has to begin one of theirs. First what is called so, then what has it in its name, and of
 * each what is written often. */
export function emojiFor(all: readonly Emoji[], query: string, most: number): Emoji[] {
  const [asked, parts] = [fold(query.trim()), split(query)];
  if (parts.length === 0) return [];
  return all
    .filter(({ words }) => parts.every((part) => words.some((word) => answers(word, part))))
    .map((emoji, place) => ({ emoji, rank: [...rankOf(emoji, asked), place] }))
    .sort((one, other) => firstOf(one.rank.map((value, place) => value - (other.rank[place] ?? 0))))
    .slice(0, most)
    .map(({ emoji }) => emoji);
}

const rankOf = ({ sign, names }: Emoji, asked: string): number[] =>
  [names.includes(asked), names.some((name) => answers(name, asked) || name.includes(` ${asked}`)), COMMON.has(sign)].map((holds) => (holds ? 0 : 1));

const firstOf = (differences: readonly number[]): number => differences.find((each) => each !== 0) ?? 0;

/** Words of Chinese are not set apart. */
const answers = (word: string, part: string): boolean => word.startsWith(part) || (HAN.test(part) && word.includes(part));
