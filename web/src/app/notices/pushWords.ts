/** What public/push.js says a push with: it knows neither this page's texts nor which language was chosen. */

import type { Say, TextId } from "../../i18n/texts";

const CACHE = "parley.push";
const PLACE = "/words.json";

const TEXTS = {
  mention: "notices.text.mention",
  assigned: "notices.text.assigned",
  offered: "notices.text.offered",
  message: "notices.text.message",
  sla_warned: "notices.text.sla_warned",
  sla_breached: "notices.text.sla_breached",
  window_closing: "notices.text.window_closing",
  task_due: "notices.text.task_due",
  task_due_of: "notices.text.task_due_of",
  side_asked: "notices.text.side_asked",
  side_answered: "notices.text.side_answered",
  announcement: "notices.text.announcement",
  returned: "notices.text.returned",
  webhook: "notices.text.webhook",
  report: "notices.text.report",
} as const satisfies Record<string, TextId>;

/** Each placeholder stands for itself, until a push has its value. */
const OPEN = Object.fromEntries(["customer", "colleague", "time", "title", "host", "name"].map((name) => [name, `{${name}}`]));

export interface PushWords {
  locale: string;
  somebody: string;
  colleague: string;
  texts: Record<string, string>;
}

export function pushWords(say: Say, locale: string): PushWords {
  const texts = Object.fromEntries(Object.entries(TEXTS).map(([name, id]) => [name, say(id, OPEN)]));
  return { locale, somebody: say("notices.somebody"), colleague: say("notices.colleague"), texts };
}

/** A browser that keeps nothing tells in the desk's own words. */
export async function leaveWords(words: PushWords): Promise<void> {
  await caches.open(CACHE).then((cache) => cache.put(PLACE, new Response(JSON.stringify(words)))).catch(() => undefined);
}

export async function takeWords(): Promise<void> {
  await caches.delete(CACHE).catch(() => undefined);
}
