/** Language and appearance, kept in this browser. public/theme.js reads the same keys before anything is painted. */

import { isLanguage, preferred, type Language } from "../i18n/languages";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export type Density = "comfortable" | "compact";

export interface Preferences {
  language: Language;
  theme: Theme;
  density: Density;
}

const KEYS = { language: "parley.language", theme: "parley.theme", density: "parley.density" } as const;

const isTheme = (text: unknown): text is Theme => THEMES.includes(text as Theme);

/** Storage may be blocked: then everything lasts as long as the page. */
function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function read(asked: readonly string[] = navigator.languages): Preferences {
  const [language, theme, density] = [kept(KEYS.language), kept(KEYS.theme), kept(KEYS.density)];
  return {
    language: isLanguage(language) ? language : preferred(asked),
    theme: isTheme(theme) ? theme : "system",
    density: density === "compact" ? "compact" : "comfortable",
  };
}

export function keep(preferences: Partial<Preferences>): void {
  for (const [name, value] of Object.entries(preferences)) {
    try {
      localStorage.setItem(KEYS[name as keyof Preferences], value);
    } catch {
      return;
    }
  }
}

/** Shows them: attributes of the root element decide colours, fonts and sizes. */
export function apply({ language, theme, density }: Preferences): void {
  const root = document.documentElement;
  root.lang = language;
  root.dataset["density"] = density;
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}

export const isPreferenceKey = (key: string | null): boolean => Object.values(KEYS).includes(key as never);
