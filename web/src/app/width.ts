/** How much room there is: the breakpoints of the styles. */

import { useCallback, useSyncExternalStore } from "react";

export type Width = "phone" | "tablet" | "desktop";

const QUERIES = { phone: "(max-width: 639.98px)", tablet: "(max-width: 1099.98px)" } as const;

const lists = Object.values(QUERIES).map((query) => matchMedia(query));

function listen(listener: () => void): () => void {
  for (const list of lists) list.addEventListener("change", listener);
  return () => lists.forEach((list) => list.removeEventListener("change", listener));
}

const read = (): Width => (lists[0]?.matches ? "phone" : lists[1]?.matches ? "tablet" : "desktop");

export const useWidth = (): Width => useSyncExternalStore(listen, read);

/** Whether a media query of one's own holds. */
export function useMatches(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** How many times larger than usual the reader has text: what is laid out in pixels grows with it. */
export const enlargement = (): number => (parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) / 16;
