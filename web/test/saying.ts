/** The texts of some areas, as the page says them in a language. */

import { compileMessage } from "@lingui/message-utils/compileMessage";
import { areasOf } from "../build/messages.ts";
import { spoken } from "../src/i18n/catalogues";
import type { Language } from "../src/i18n/languages";
import type { Say } from "../src/i18n/texts";

const FOLDER = new URL("../src/locales", import.meta.url).pathname;

export function sayIn(language: Language, areas: readonly string[]): Say {
  const all = areasOf(FOLDER, language);
  const texts = areas.flatMap((area) => Object.entries(all[area] ?? {}).map(([id, text]) => [id, compileMessage(text)]));
  const found = spoken(language, Object.fromEntries(texts));
  return (id, values) => found._(id, values);
}
