/** What a thread shows: the live end of it, and what was read before that. No part is missing without being marked. */

import type { Entry } from "../../desk/conversation";
import { earlier } from "../../desk/ids";
import type { RecentThread } from "../../desk/recent";
import { merged } from "./entries";

/** `from`: everything from there on is here; null: all of the thread; undefined: not read yet. */
export interface Live {
  entries: readonly Entry[];
  from: string | null | undefined;
}

export interface Older {
  entries: readonly Entry[];
  /** The newest of them, or what follows it: the live end has to begin there. */
  joint: string | null;
  /** There is nothing older. */
  started: boolean;
}

export const NONE: Older = { entries: [], joint: null, started: false };

/** What was read lately counts as older ones that the live end has yet to join. */
export const begunWith = (recent: RecentThread | undefined): Older =>
  recent === undefined ? NONE : { entries: recent.entries, joint: recent.entries.at(-1)?.id ?? null, started: recent.started };

/** With a page of older ones; `next`: what follows them. */
export const grown = (older: Older, page: readonly Entry[], next: string, started: boolean): Older => ({
  entries: merged(older.entries, page),
  joint: older.joint ?? next,
  started,
});

/** With the entries that follow the joint. */
export const filled = (older: Older, page: readonly Entry[]): Older => ({ ...older, entries: merged(older.entries, page), joint: page.at(-1)?.id ?? null });

/** The entry after which something is missing. */
export const gapOf = ({ joint }: Older, { from }: Live): string | null => (joint !== null && typeof from === "string" && earlier(joint, from) < 0 ? joint : null);

/** What is told of entries before the first one that is here is not shown: what stands between is not here. */
export function shownOf(older: Older, live: Live): Entry[] {
  const all = merged(older.entries, live.entries);
  const first = beginOf(older, live);
  return first === null ? all : all.filter(({ id }) => earlier(id, first) >= 0);
}

function beginOf({ entries: [oldest] }: Older, { from }: Live): string | null {
  if (oldest === undefined || typeof from !== "string") return from === undefined ? (oldest?.id ?? null) : from;
  return earlier(oldest.id, from) < 0 ? oldest.id : from;
}

/** What was live and is not any more becomes older; at the end of the thread, where nobody sees it, it goes with all that
 * is before it. */
export function keptOf(older: Older, before: Live, now: Live, atEnd: boolean): Older {
  if (typeof now.from !== "string") return older;
  const still = new Set(now.entries.map(({ id }) => id));
  if (before.entries.every(({ id }) => still.has(id))) return older;
  if (atEnd) return NONE;
  // What is missing after it reaches further now.
  if (gapOf(older, before) !== null) return older;
  const entries = shownOf(older, before).filter(({ id }) => !still.has(id));
  const joined = before.entries.some(({ id }) => id === now.from);
  return { entries, joint: joined ? now.from : (entries.at(-1)?.id ?? null), started: older.started || before.from === null };
}
