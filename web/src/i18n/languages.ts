/** The languages of the page, each in its own words. */

export const LANGUAGES = { en: "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文", ru: "Русский" } as const;

export type Language = keyof typeof LANGUAGES;

/** What Intl and React Aria are asked with: the region decides dates and hours. */
export const LOCALES: Record<Language, string> = { en: "en-US", "zh-Hant": "zh-TW", "zh-Hans": "zh-CN", ru: "ru-RU" };

export const isLanguage = (text: unknown): text is Language => typeof text === "string" && Object.hasOwn(LANGUAGES, text);

const TRADITIONAL = /^zh-(?:.*hant|tw|hk|mo)/i;

/** The first of the browser's languages that the page speaks; English where there is none. */
export function preferred(asked: readonly string[]): Language {
  for (const tag of asked) {
    const primary = tag.split("-")[0]?.toLowerCase();
    if (primary === "zh") return TRADITIONAL.test(tag) ? "zh-Hant" : "zh-Hans";
    if (primary === "en" || primary === "ru") return primary;
  }
  return "en";
}
