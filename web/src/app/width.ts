/** How much room there is: the breakpoints of the styles. */

import { useSyncExternalStore } from "react";

export type Width = "phone" | "tablet" | "desktop";

const QUERIES = { phone: "(max-width: 639.98px)", tablet: "(max-width: 1099.98px)" } as const;

const lists = Object.values(QUERIES).map((query) => matchMedia(query));

function listen(listener: () => void): () => void {
  for (const list of lists) list.addEventListener("change", listener);
  return () => lists.forEach((list) => list.removeEventListener("change", listener));
}

const read = (): Width => (lists[0]?.matches ? "phone" : lists[1]?.matches ? "tablet" : "desktop");

export const useWidth = (): Width => useSyncExternalStore(listen, read);
