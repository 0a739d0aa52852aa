/** Who wants to know of one conversation's signs: only they are drawn anew. */

import { useCallback, useSyncExternalStore } from "react";

export class Watchers {
  private readonly told = new Map<string, Set<() => void>>();

  tell(key: string): void {
    for (const each of this.told.get(key) ?? []) each();
  }

  watch(key: string, each: () => void): () => void {
    const all = this.told.get(key) ?? new Set();
    this.told.set(key, all.add(each));
    return () => {
      all.delete(each);
      if (all.size === 0) this.told.delete(key);
    };
  }
}

/** `read` gives the same value as long as nothing was told. */
export function useWatched<T>(watchers: Watchers, key: string, read: () => T): T {
  const watch = useCallback((each: () => void) => watchers.watch(key, each), [watchers, key]);
  return useSyncExternalStore(watch, read);
}
