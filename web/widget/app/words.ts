/** The widget's texts. */

import { setupI18n, type Messages } from "@lingui/core";
import type widget from "../locales/en/widget.json";
import { isLanguage, LOCALES, preferred, type Language } from "../../src/i18n/languages";
import en from "virtual:messages/en";
import ru from "virtual:messages/ru";
import hans from "virtual:messages/zh-Hans";
import hant from "virtual:messages/zh-Hant";

export type TextId = keyof typeof widget;
export type Say = (id: TextId, values?: Record<string, string | number>) => string;

const CATALOGUES: Record<Language, Messages> = { en, ru, "zh-Hans": hans, "zh-Hant": hant };

/** The first language that is asked for and offered; else the first that is offered. */
export function languageOf(asked: readonly string[], offered: readonly string[]): Language {
  const known = offered.filter(isLanguage);
  for (const tag of asked) {
    const found = preferred([tag]);
    // What nobody speaks is English, which is no answer to who asked for something else.
    const meant = found !== "en" || tag.toLowerCase().startsWith("en");
    if (meant && (known.length === 0 || known.includes(found))) return found;
  }
  return known[0] ?? "en";
}

export function sayer(language: Language): Say {
  const i18n = setupI18n({ locale: language, locales: LOCALES[language], messages: { [language]: CATALOGUES[language] } });
  return (id, values) => i18n.t({ id, ...(values ? { values } : {}) });
}
