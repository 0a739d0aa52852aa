/** Where something is being written: for the list of conversations, told by whoever keeps the drafts. */

import { useWatched, Watchers } from "./watchers";

const marks = new Map<string, string>();
const watchers = new Watchers();

/** `preview`: the beginning of what is written; null: nothing is. */
export function setDraftMark(conversationId: string, preview: string | null): void {
  if ((marks.get(conversationId) ?? null) === preview) return;
  if (preview === null) marks.delete(conversationId);
  else marks.set(conversationId, preview);
  watchers.tell(conversationId);
}

export const useDraftMark = (conversationId: string): string | null => useWatched(watchers, conversationId, () => marks.get(conversationId) ?? null);
