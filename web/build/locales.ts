/** Leaves out the words of React Aria in languages that the page does not speak. */

import type { Plugin } from "vite";

const SPOKEN = new Set(["en-US", "zh-TW", "zh-CN", "ru-RU"]);
const WORDS = /[\\/](?:react-aria|react-stately|react-aria-components)[\\/].*[\\/]intl[\\/](?:.*[\\/])?([a-z]{2}-[A-Z]{2})\.(?:js|mjs|cjs)$/;

export function spokenLocales(): Plugin {
  return {
    name: "parley-spoken-locales",
    enforce: "pre",
    load(id) {
      const locale = WORDS.exec(id)?.[1];
      return locale !== undefined && !SPOKEN.has(locale) ? "export default {};" : undefined;
    },
  };
}
