/** The rows of a list: read page by page, kept as they are now by what is told live. */

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useApi, useFollow, useMe, useNow } from "../../app/desk";
import { useThings } from "../../desk/things";
import { heardTyping } from "../../desk/typing";
import { useGently } from "../../desk/gently";
import { belongs, topicsOf, type Row } from "./places";
import { merged, sorted, type ApiReason, type Listed } from "./order";
import { named, readPage, type Asked } from "./read";

const MINUTE = 60_000;
// Of so many rows the reasons are asked for at once.
const AT_ONCE = 50;
// Where more has been read, it is not read anew for every change.
const FEW_PAGES = 3;

const ALL = () => true;

export function useRows(asked: Asked, teams: readonly string[]) {
  const [api, me, now] = [useApi(), useMe(), useNow(MINUTE)];
  const queries = useQueryClient();
  const { place, filter, sort, words } = asked;
  const key = useMemo(() => ["list", place, filter, words], [place, filter, words]);
  // Only the desk knows what is of these lists, or in what order.
  const told = words !== "" || ["attention", "saved", "followed", "mentions", "windows"].includes(place.kind);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => readPage(api, asked, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchOnWindowFocus: false,
    refetchInterval: place.kind === "attention" || place.kind === "windows" ? MINUTE : false,
    gcTime: MINUTE,
  });
  const pages = query.data?.pages;
  const again = useGently(() => void queries.invalidateQueries({ queryKey: key }));
  const typing = useCallback((frame: Parameters<typeof heardTyping>[0]) => heardTyping(frame, me.id), [me.id]);
  useFollow({
    topics: topicsOf(place, me.id, teams),
    signal: typing,
    reset: again,
    changed: (things) => {
      if (told && (pages?.length ?? 0) <= FEW_PAGES && things.some(([kind]) => kind === "conversation")) again();
    },
  });
  const things = useThings(["conversation"], ALL, []);
  const live = useMemo(() => things.map((thing) => thing.view as unknown as Row), [things]);
  const read = useMemo(() => unique(pages?.flatMap((page) => page.items) ?? []), [pages]);
  const whole = query.data !== undefined && !query.hasNextPage;
  const of = useCallback((row: Row) => (words === "" ? belongs(place, filter, me.id, row) : null), [place, filter, words, me.id]);
  const all = useReasons(useMemo(() => merged(read, live, of, whole), [read, live, of, whole]));
  const rows = useMemo(() => sorted(all, sort, now), [all, sort, now]);
  return { rows, query, again };
}

const unique = (all: readonly Listed[]): Listed[] => [...new Map(all.map((each) => [each.row.id, each])).values()];

interface Known {
  version: number;
  reasons: readonly ApiReason[];
}

/** Asks why rows need somebody, where that is not known or may have changed; and each minute anew for the first ones. The
 * same objects are given as long as nothing about them changes. */
function useReasons(all: readonly Listed[]): readonly Listed[] {
  const [api, me, minute] = [useApi(), useMe(), useNow(MINUTE)];
  const [known, setKnown] = useState<ReadonlyMap<string, Known>>(new Map());
  const first = useRef(new Map<string, number>());
  const kept = useRef(new Map<string, Listed>());
  const newest = useRef(all);
  newest.current = all;
  const asking = useRef(false);
  const wanted = useRef(new Set<string>());
  const stale = useGently(() => {
    const ids = new Set([...wanted.current, ...staleIn(newest.current, first.current)]);
    wanted.current.clear();
    void ask([...ids].slice(0, AT_ONCE));
  });

  const given = useMemo(() => {
    const next = new Map<string, Listed>();
    for (const each of all) {
      const reasons = known.get(each.row.id)?.reasons ?? each.reasons;
      const before = kept.current.get(each.row.id);
      const as = before !== undefined && before.row === each.row && before.reasons === reasons && before.words === each.words && before.closesAt === each.closesAt;
      next.set(each.row.id, as ? before : reasons === each.reasons ? each : { ...each, reasons });
    }
    kept.current = next;
    return [...next.values()];
  }, [all, known]);

  const ask = useCallback(
    async (ids: string[]) => {
      if (ids.length === 0) return;
      if (asking.current) return ids.forEach((id) => wanted.current.add(id));
      asking.current = true;
      try {
        const found = await named(api, { ids });
        setKnown((before) => new Map([...before, ...found.map(({ row, reasons }) => [row.id, { version: row.version, reasons: reasons ?? [] }] as const)]));
        for (const { row } of found) first.current.set(row.id, row.version);
      } catch {
        // They are asked for again with the next change; the row says what it knows by itself.
      } finally {
        asking.current = false;
        if (wanted.current.size > 0) stale();
      }
    },
    [api, stale],
  );
  // Who is back may have changed nothing of their conversation yet: they type, or read.
  useFollow({
    topics: [`work:${me.id}`],
    changed: (_, happened) => {
      for (const { type, data } of happened) if (type === "contact.returned") wanted.current.add(String((data as Record<string, unknown>)["conversation_id"]));
      if (wanted.current.size > 0) stale();
    },
  });
  useEffect(() => {
    for (const { row, reasons } of all) if (reasons !== null && !first.current.has(row.id)) first.current.set(row.id, row.version);
    if (staleIn(all, first.current).length > 0) stale();
  }, [all, stale]);
  useEffect(() => {
    if (document.visibilityState === "visible") void ask(newest.current.filter(({ row, reasons }) => row.status === "open" || (reasons ?? []).length > 0).slice(0, AT_ONCE).map(({ row }) => row.id));
  }, [minute, ask]);
  return given;
}

/** Open rows whose reasons are older than they are. */
const staleIn = (all: readonly Listed[], asked: ReadonlyMap<string, number>): string[] =>
  all.filter(({ row }) => row.status === "open" && (asked.get(row.id) ?? -1) < row.version).map(({ row }) => row.id);
