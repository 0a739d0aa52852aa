/** Where something is being written: for the list of conversations, told by whoever keeps the drafts. */

import { useCallback, useSyncExternalStore } from "react";

const marks = new Map<string, string>();
const watchers = new Map<string, Set<() => void>>();

/** `preview`: the beginning of what is written; null: nothing is. */
export function setDraftMark(conversationId: string, preview: string | null): void {
  if ((marks.get(conversationId) ?? null) === preview) return;
  if (preview === null) marks.delete(conversationId);
  else marks.set(conversationId, preview);
  for (const told of watchers.get(conversationId) ?? []) told();
}

export function useDraftMark(conversationId: string): string | null {
  const watch = useCallback(
    (told: () => void) => {
      const all = watchers.get(conversationId) ?? new Set();
      watchers.set(conversationId, all.add(told));
      return () => {
        all.delete(told);
        if (all.size === 0) watchers.delete(conversationId);
      };
    },
    [conversationId],
  );
  return useSyncExternalStore(watch, () => marks.get(conversationId) ?? null);
}
