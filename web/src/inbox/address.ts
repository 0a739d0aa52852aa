/** What the inbox shows stands in the address, so that a link shows the same: `/inbox/mine?c=cnv_1&open=cnv_1,cnv_2#m=msg_3`. */

import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

export interface InboxAddress {
  /** `mine`, `unassigned`, `all`, `attention`, `team/<id>`, `saved/<id>`, ... */
  view: string;
  /** The conversation that is shown. */
  current: string | null;
  /** Tabs, in their order. */
  open: readonly string[];
  /** Anything else of the query that the list wants: its search, sort, status. */
  list: Readonly<Record<string, string>>;
}

export const MAX_TABS = 8;
export const FIRST_VIEW = "mine";
const BASE = "/inbox";
const OWN = new Set(["c", "open"]);

export function addressFrom(path: string, search: string): InboxAddress {
  const asked = new URLSearchParams(search);
  const view = path.slice(BASE.length).replace(/^\/+|\/+$/g, "");
  const current = asked.get("c") || null;
  const open = (asked.get("open") ?? "").split(",").filter((id) => id !== "");
  const list = Object.fromEntries([...asked].filter(([name]) => !OWN.has(name)));
  return { view: view === "" ? FIRST_VIEW : view, current, open: withTab(open, current), list };
}

export function pathOf({ view, current, open, list }: InboxAddress): string {
  const asked = new URLSearchParams(list);
  if (current !== null) asked.set("c", current);
  if (open.length > 1 || (open.length === 1 && open[0] !== current)) asked.set("open", open.join(","));
  const query = asked.toString().replaceAll("%2C", ",");
  return `${BASE}/${view}${query === "" ? "" : `?${query}`}`;
}

/** One more tab at the end; of too many the oldest goes. */
export function withTab(open: readonly string[], id: string | null): readonly string[] {
  if (id === null || open.includes(id)) return [...new Set(open)].slice(-MAX_TABS);
  return [...new Set([...open, id])].slice(-MAX_TABS);
}

export function shown(address: InboxAddress, id: string): InboxAddress {
  return { ...address, current: id, open: withTab(address.open, id) };
}

/** Its neighbour is shown then. */
export function closed(address: InboxAddress, id: string): InboxAddress {
  const place = address.open.indexOf(id);
  const open = address.open.filter((each) => each !== id);
  const current = address.current === id ? (open[Math.min(place, open.length - 1)] ?? null) : address.current;
  return { ...address, open, current };
}

export interface InboxPlace {
  address: InboxAddress;
  /** `entry`: shown in the middle of the thread. */
  show: (id: string, entry?: string) => void;
  close: (id: string) => void;
  /** Back to the list, where only one of both is seen. */
  leave: () => void;
  choose: (view: string, list?: Record<string, string>) => void;
  /** Changes what the list asks for; an empty text takes a part away. */
  refine: (list: Record<string, string>) => void;
}

export function useInbox(): InboxPlace {
  const [path, go] = useLocation();
  const search = useSearch();
  const address = useMemo(() => addressFrom(path, search), [path, search]);
  const to = useCallback((next: InboxAddress, replace = false, hash = "") => go(pathOf(next) + hash, { replace }), [go]);
  return useMemo(
    () => ({
      address,
      show: (id, entry) => to(shown(address, id), false, entry === undefined ? "" : `#m=${entry}`),
      close: (id) => to(closed(address, id), true),
      leave: () => to({ ...address, current: null }),
      choose: (view, list = {}) => to({ ...address, view, list }),
      refine: (list) => to({ ...address, list: Object.fromEntries(Object.entries({ ...address.list, ...list }).filter(([, value]) => value !== "")) }, true),
    }),
    [address, to],
  );
}
