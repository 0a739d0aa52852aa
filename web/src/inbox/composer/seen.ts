/** What the writer has seen: a reply goes only where nothing was said since (docs/collisions.md).
 *
 * A customer's words count as read once they were on the screen for a moment. A colleague's reply that comes while something
 * is being written has to be answered for: the writer is shown it before the own one goes. */

import { useEffect, useRef } from "react";
import type { Thing } from "parley-live";
import { useLiveDesk, useMe } from "../../app/desk";
import type { LiveDesk } from "../../live/desk";
import type { Seen } from "./row";
import type { Work } from "./work";

const READ_AFTER = 1_500;

type Entry = Pick<Thing, "id" | "view">;

/** Entries are ordered by what follows their kind. */
const place = (id: string): string => id.slice(id.indexOf("_") + 1);

export function newestOf(entries: readonly Entry[], conversationId: string): Entry | null {
  let newest: Entry | null = null;
  for (const entry of entries) {
    if (entry.view["conversation_id"] === conversationId && (newest === null || place(entry.id) > place(newest.id))) newest = entry;
  }
  return newest;
}

/** Whether a colleague has answered behind what was seen. */
export function answeredSince(entries: readonly Entry[], conversationId: string, seen: Seen, me: string): boolean {
  return entries.some(({ id, view }) => {
    const author = view["author"] as { id?: string | null; kind?: string } | undefined;
    return view["conversation_id"] === conversationId && view["direction"] === "outbound" && author?.kind === "agent" && author.id !== me && place(id) > place(seen.entry_id);
  });
}

export function useSeen(work: Work): { now: () => Seen | null; acknowledge: () => void } {
  const [live, me] = [useLiveDesk(), useMe()];
  const { conversation, drafts, mode } = work;
  // Also before the line has told anything: what was there when it was opened.
  const seen = useRef<Seen | null>(conversation.last_message && { version: conversation.version, entry_id: conversation.last_message.id });
  const { id } = conversation;
  useEffect(() => {
    const read = () => {
      const entries = live.store.ofKind("message", "note");
      const writing = drafts.get(id, mode).text.trim() !== "";
      if (document.visibilityState !== "visible") return;
      if (writing && seen.current !== null && answeredSince(entries, id, seen.current, me.id)) return;
      seen.current = current(live, id) ?? seen.current;
    };
    const timer = setInterval(read, READ_AFTER);
    read();
    return () => clearInterval(timer);
  }, [live, id, drafts, mode, me.id]);
  return { now: () => seen.current ?? current(live, id), acknowledge: () => (seen.current = current(live, id)) };
}

function current(live: LiveDesk, id: string): Seen | null {
  const version = live.store.things.get(`conversation/${id}`)?.version;
  const newest = newestOf(live.store.ofKind("message", "note"), id);
  return version === undefined || newest === null ? null : { version, entry_id: newest.id };
}
