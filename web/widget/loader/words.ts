/** What the launcher says before the widget's page has told it better. */

import type { Language } from "../../src/i18n/languages";

export const WORDS: Record<Language, { open: string; close: string; title: string }> = {
  en: { open: "Open chat", close: "Close chat", title: "Chat" },
  "zh-Hant": { open: "開啟對話", close: "關閉對話", title: "對話" },
  "zh-Hans": { open: "打开对话", close: "关闭对话", title: "对话" },
  ru: { open: "Открыть чат", close: "Закрыть чат", title: "Чат" },
};
