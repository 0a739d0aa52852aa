/** What was typed and not saved, when a page was left by the browser's own way back: it is there on return. */

const kept = new Map<string, unknown>();

export const unsaved = {
  keep: (key: string, draft: unknown): unknown => kept.set(key, draft),
  drop: (key: string): boolean => kept.delete(key),
  /** Taken once: from then on the page holds it. */
  take<D>(key: string): D | undefined {
    const draft = kept.get(key) as D | undefined;
    kept.delete(key);
    return draft;
  },
};
