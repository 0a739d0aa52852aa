/** Emoji and their words of emojibase-data: `virtual:emoji` fetches, by language, rows of sign, name, other words,
 * and short names. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const INDEX = "virtual:emoji";
const PREFIX = `${INDEX}/`;
/** What the package calls the languages of the page. */
const SOURCES: Record<string, string> = { en: "en", "zh-Hant": "zh-hant", "zh-Hans": "zh", ru: "ru" };
/** Newer ones are empty boxes on many phones. */
const NEWEST = 15;
/** Skin tones and hair: parts of others. */
const PARTS = 2;

export type EmojiRow = [sign: string, name: string, words: string, short: string];

interface Given {
  emoji: string;
  hexcode: string;
  label: string;
  tags?: string[];
  group?: number;
  order?: number;
  version: number;
}

const { resolve } = createRequire(import.meta.url);
const read = <T>(name: string): T => JSON.parse(readFileSync(resolve(`emojibase-data/${name}.json`), "utf8")) as T;

/** As keyboards write them: those that are pictures by themselves have no sign that says so. */
const written = (emoji: string): string => emoji.replace(/(\p{Emoji_Presentation})\uFE0F/gu, "$1");

/** In the order of keyboards. English has the short names that are typed between colons, too. */
export function emojiOf(language: string): EmojiRow[] {
  const codes = language === "en" ? read<Record<string, string | string[]>>("en/shortcodes/github") : {};
  return read<Given[]>(`${SOURCES[language]}/data`)
    .filter(({ group, version }) => group !== undefined && group !== PARTS && version <= NEWEST)
    .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map(({ emoji, hexcode, label, tags = [] }) => [written(emoji), label, tags.join(" "), [codes[hexcode] ?? []].flat().join(" ")]);
}

export function emojiWords(): Plugin {
  return {
    name: "parley-emoji",
    resolveId: (id) => (id === INDEX || id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${INDEX}`) return `export default { ${Object.keys(SOURCES).map((language) => `${JSON.stringify(language)}: () => import("${PREFIX}${language}")`).join(", ")} };`;
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(emojiOf(id.slice(PREFIX.length + 1))))});`;
    },
  };
}
