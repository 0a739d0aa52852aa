/** Which texts are there: the first ones always, those of a group once a page has asked for them, in any language. */

import { setupI18n, type I18n, type Messages } from "@lingui/core";
import catalogues from "virtual:catalogues";
import { LOCALES, type Language } from "./languages";

/** As build/messages.ts makes them. */
export type Group = "first" | "admin" | "managing" | "customers" | "playing";

const wanted = new Set<Group>(["first"]);
let shown: { language: Language; texts: I18n; has: Set<Group> } | null = null;

/** All texts that have been asked for, in a language. */
export async function catalogueOf(language: Language): Promise<I18n> {
  const has = new Set(wanted);
  const texts = spoken(language, await fetched(language, has));
  shown = { language, texts, has };
  await complete();
  return texts;
}

/** A page, when its texts are there too: `lazy(() => withTexts(["admin"], import("...")))`. */
export async function withTexts<Page>(groups: readonly Group[], page: Promise<Page>): Promise<Page> {
  for (const group of groups) wanted.add(group);
  await complete();
  return page;
}

/** The language may be another one by the time a group has come: then once more. */
async function complete(): Promise<void> {
  for (let now = shown; now !== null; now = shown) {
    const held = now.has;
    const missing = new Set([...wanted].filter((group) => !held.has(group)));
    if (missing.size === 0) return;
    now.texts.load(now.language, await fetched(now.language, missing));
    for (const group of missing) held.add(group);
  }
}

async function fetched(language: Language, groups: ReadonlySet<Group>): Promise<Messages> {
  const parts = await Promise.all([...groups].map((group) => catalogues[language][group]()));
  return Object.assign({}, ...parts.map((part) => part.default)) as Messages;
}

export function spoken(language: Language, messages: Messages): I18n {
  return setupI18n({
    locale: language,
    locales: LOCALES[language],
    messages: { [language]: messages },
    // Its page has not asked for its group: the text would never come.
    missing: (_language, id) => {
      console.error(`no text: ${id}`);
      return id;
    },
  });
}
