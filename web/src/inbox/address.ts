/** What the inbox shows stands in the address, so that a link shows the same: `/inbox/mine?c=cnv_1&open=cnv_1,cnv_2#m=msg_3`. */

import { createContext, useContext, useMemo } from "react";
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

export interface Going {
  /** `entry`: shown in the middle of the thread. */
  show: (id: string, entry?: string) => void;
  close: (id: string) => void;
  /** Back to the list, where only one of both is seen. */
  leave: () => void;
  choose: (view: string, list?: Record<string, string>) => void;
  /** Changes what the list asks for; an empty text takes a part away. */
  refine: (list: Record<string, string>) => void;
}

/** From wherever one is by then: always the same functions. */
export function useGoing(): Going {
  const [, go] = useLocation();
  return useMemo(() => {
    const to = (next: InboxAddress, replace = false, hash = "") => go(pathOf(next) + hash, { replace });
    return {
      show: (id, entry) => to(shown(addressNow(), id), false, entry === undefined ? "" : `#m=${entry}`),
      close: (id) => to(closed(addressNow(), id), true),
      leave: () => to({ ...addressNow(), current: null }),
      choose: (view, list = {}) => to({ ...addressNow(), view, list }),
      refine: (list) => to({ ...addressNow(), list: Object.fromEntries(Object.entries({ ...addressNow().list, ...list }).filter(([, value]) => value !== "")) }, true),
    };
  }, [go]);
}

/** For what is done at once, whatever is drawn yet. */
export const addressNow = (): InboxAddress => addressFrom(location.pathname, location.search);

/** What the inbox is to show. */
export function useHere(): InboxAddress {
  const [path] = useLocation();
  const search = useSearch();
  return useMemo(() => addressFrom(path, search), [path, search]);
}

/** The same for what stands beside a conversation, which is painted first. */
export const AddressContext = createContext<InboxAddress | null>(null);

export function useAddress(): InboxAddress {
  const address = useContext(AddressContext);
  if (address === null) throw new Error("Only within the inbox.");
  return address;
}
