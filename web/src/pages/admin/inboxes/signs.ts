/** How an inbox fares, from what is known of it: one light, and what happened last. */

import type { Schemas } from "../../../api/client";

export type InboxRow = Schemas["InboxView"];
type Signs = Schemas["InboxSignsView"];

/** `new`: nothing came and nothing went yet. */
export type Light = "ok" | "warn" | "bad" | "off" | "new";

/** Why the light is not green; the word is a text of its own. */
export type Worry = "disabled" | "token" | "refused" | "failed" | "paced" | "silent" | "none";

const time = (at: string | null | undefined): number => (at ? Date.parse(at) : 0);

export function worryOf(inbox: Pick<InboxRow, "enabled" | "signs"> & { channel?: string }, now: number): Worry {
  const signs = inbox.signs;
  if (!inbox.enabled) return "disabled";
  if (!signs) return "silent";
  if (signs.token === "dead") return "token";
  if (time(signs.last_refused_webhook_at) > Math.max(time(signs.last_webhook_at), time(signs.last_check_at))) return "refused";
  if (signs.last_failure && time(signs.last_failure.at) > time(signs.last_sent_at)) return "failed";
  if (time(signs.paced_until) > now) return "paced";
  // The site's own chat has no provider: nothing of it can be refused, and nothing is noted of its calls.
  return lastOf(signs) === null && inbox.channel !== "web_chat" ? "silent" : "none";
}

const LIGHTS: Record<Worry, Light> = {
  disabled: "off",
  token: "bad",
  refused: "warn",
  failed: "warn",
  paced: "warn",
  silent: "new",
  none: "ok",
};

export const lightOf = (worry: Worry): Light => LIGHTS[worry];

export type Happening = "webhook" | "refused" | "check" | "sent" | "failed";

/** What happened last, and when; null: nothing yet. */
export function lastOf(signs: Signs): { what: Happening; at: string } | null {
  const all: [Happening, string | null | undefined][] = [
    ["webhook", signs.last_webhook_at],
    ["refused", signs.last_refused_webhook_at],
    ["check", signs.last_check_at],
    ["sent", signs.last_sent_at],
    ["failed", signs.last_failure?.at],
  ];
  const known = all.filter((each): each is [Happening, string] => Boolean(each[1]));
  const newest = known.sort((one, other) => time(other[1]) - time(one[1]))[0];
  return newest === undefined ? null : { what: newest[0], at: newest[1] };
}
