/** The lines of a thread that are in sight. One tab stop; arrows go from message to message. */

import { memo, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type Ref } from "react";
import { useSay } from "../../app/desk";
import { isComposing } from "../../keys/ime";
import { Button } from "../../ui/Button";
import { Line } from "./Line";
import type { Row } from "./rows";
import { isSaid } from "./rows";
import { isNearEnd, useScroller, type Scroller } from "./scroller";
import styles from "./thread.module.css";

export interface ListHandle {
  /** In the middle, marked for a moment; false where it is not here. */
  show: (key: string, focus: boolean) => boolean;
  toUnread: () => boolean;
  toEnd: () => void;
}

interface Props {
  rows: readonly Row[];
  handle: Ref<ListHandle>;
  name: string;
  busy: boolean;
  /** Where it begins: shown when it is opened; null is the end. */
  openAt: string | null;
  older: () => void;
  gapBusy: boolean;
  fillGap: () => void;
  /** The newest thing that the customer said is in sight. */
  seen: (inSight: boolean) => void;
  ended: (atEnd: boolean) => void;
  leave: () => void;
}

const MARKED_FOR = 2_500;
/** So many rows before the first one in sight, older ones are asked for. */
const AHEAD = 10;

export function MessageList({ rows, handle, name, busy, openAt, older, gapBusy, fillGap, seen, ended, leave }: Props) {
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const [marked, setMarked] = useState<string | null>(null);
  const [near, setNear] = useState<string | null>(null);
  const [atEnd, setAtEnd] = useState(true);
  const wanted = useRef<string | null>(null);
  const places = useMemo(() => new Map(rows.map((row, index) => [row.key, index])), [rows]);
  const articles = useMemo(() => rows.flatMap((row, index) => (row.type === "piece" || row.type === "pending" ? [index] : [])), [rows]);
  const newest = useMemo(() => rows.findLastIndex((row) => row.type === "piece" && isSaid(row.piece.entry)), [rows]);
  const posinset = useMemo(() => new Map(articles.map((index, place) => [index, place + 1])), [articles]);
  const stop = (active !== null ? places.get(active) : undefined) ?? articles.at(-1) ?? -1;
  const scroller = useScroller(box, rows, active === null ? -1 : stop);

  useOpening(scroller, rows, openAt);
  const fresh = useFresh(rows, atEnd);
  const items = scroller.getVirtualItems();
  // Not the first one that is drawn: that may be the one with the focus, far from what is in sight.
  const firstSeen = scroller.range?.startIndex ?? 0;
  useEffect(() => {
    if (rows.length > 0 && firstSeen <= AHEAD) older();
  }, [firstSeen, rows.length, older]);

  const look = useCallback(() => {
    const ends = isNearEnd(scroller);
    setAtEnd(ends);
    ended(ends);
    seen(newestSeen(scroller, newest));
  }, [scroller, newest, seen, ended]);
  useEffect(look, [look, items.length, scroller.range?.endIndex]);

  const focusWanted = useCallback(() => {
    if (wanted.current === null) return;
    const found = box.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(wanted.current)}"]`);
    if (!found) return;
    wanted.current = null;
    found.focus({ preventScroll: true });
    // On a low screen the pane is scrolled, too.
    box.current?.scrollIntoView({ block: "nearest" });
  }, []);
  // It may be drawn later than it is asked for, or be here and not be drawn anew.
  useEffect(focusWanted);
  const focusOn = useCallback(
    (key: string) => {
      setActive(key);
      wanted.current = key;
      focusWanted();
    },
    [focusWanted],
  );
  const go = useCallback(
    (key: string, align: "center" | "auto" | "start", focus: boolean): boolean => {
      const index = places.get(key);
      if (index === undefined) return false;
      scroller.scrollToIndex(index, { align });
      if (focus) focusOn(key);
      return true;
    },
    [places, scroller, focusOn],
  );
  useEffect(() => {
    if (marked === null) return undefined;
    const timer = setTimeout(() => setMarked(null), MARKED_FOR);
    return () => clearTimeout(timer);
  }, [marked]);

  const toEnd = useCallback(() => scroller.scrollToEnd(), [scroller]);
  useImperativeHandle(
    handle,
    () => ({
      show: (key, focus) => {
        const there = go(key, "center", focus);
        if (there) setMarked(key);
        return there;
      },
      toUnread: () => {
        const line = places.get("unread");
        const next = line === undefined ? undefined : rows[line + 1];
        if (next === undefined || !go("unread", "start", false)) return false;
        focusOn(next.key);
        return true;
      },
      toEnd,
    }),
    [go, focusOn, places, rows, toEnd],
  );

  const keyed = (event: KeyboardEvent) => {
    const article = event.target instanceof HTMLElement && event.target.getAttribute("role") === "article";
    if (!article || isComposing(event) || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key === "End" || event.key === "Home") leave();
      return;
    }
    const next = nextOf(event.key, articles, articles.indexOf(stop), items.length);
    const key = next === null ? undefined : rows[articles[next] ?? -1]?.key;
    if (key === undefined) return;
    event.preventDefault();
    go(key, "auto", true);
  };

  return (
    <div className={styles["list"]}>
      <div
        ref={box}
        className={styles["scroll"]}
        role="log"
        aria-live="off"
        aria-busy={busy}
        aria-label={say("thread.messages", { name })}
        onScroll={look}
        onKeyDown={keyed}
        onPointerOver={(event) => event.pointerType === "mouse" && setNear(keyAt(event.target))}
        onPointerLeave={() => setNear(null)}
        onFocus={(event) => {
          const key = keyAt(event.target);
          if (key !== null) setActive(key);
        }}
        data-thread
      >
        <div className={styles["sheet"]} style={{ blockSize: scroller.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div key={item.key} ref={scroller.measureElement} data-index={item.index} className={styles["row"]} style={{ transform: `translateY(${item.start}px)` }}>
                <Line row={row} place={posinset.get(item.index) ?? 0} active={item.index === stop} marked={marked === row.key} near={near === row.key} gapBusy={gapBusy} fillGap={fillGap} />
              </div>
            );
          })}
        </div>
      </div>
      {!atEnd && <Latest fresh={fresh} toEnd={toEnd} />}
    </div>
  );
}

const Latest = memo(function Latest({ fresh, toEnd }: { fresh: number; toEnd: () => void }) {
  const say = useSay();
  return (
    <div className={styles["latest"]}>
      <Button icon="fall" onPress={toEnd}>
        {fresh > 0 ? say("thread.latest_new", { n: fresh }) : say("thread.latest")}
      </Button>
    </div>
  );
});

const keyAt = (target: EventTarget): string | null => (target instanceof Element ? (target.closest<HTMLElement>("[data-key]")?.dataset["key"] ?? null) : null);

function nextOf(key: string, articles: readonly number[], at: number, page: number): number | null {
  const last = articles.length - 1;
  const step = Math.max(1, page - 8);
  const moves: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - step, PageDown: at + step, Home: 0, End: last };
  const next = moves[key];
  return next === undefined ? null : Math.min(last, Math.max(0, next));
}

/** Once, when the first lines are there. */
function useOpening(scroller: Scroller, rows: readonly Row[], openAt: string | null): void {
  const done = useRef(false);
  useLayoutEffect(() => {
    if (done.current || rows.length === 0) return;
    done.current = true;
    const index = openAt === null ? -1 : rows.findIndex(({ key }) => key === openAt);
    if (index >= 0) scroller.scrollToIndex(index, { align: "start" });
    else scroller.scrollToEnd();
  });
}

/** How much the customer has said since the end was in sight. */
function useFresh(rows: readonly Row[], atEnd: boolean): number {
  const newest = useRef<string | null>(null);
  const last = rows.at(-1)?.key ?? null;
  if (atEnd || newest.current === null) newest.current = last;
  const seen = newest.current;
  return useMemo(() => {
    const since = rows.findLastIndex(({ key }) => key === seen);
    return since < 0 ? 0 : rows.slice(since + 1).filter((row) => row.type === "piece" && isSaid(row.piece.entry)).length;
  }, [rows, seen]);
}

/** Half of it, at least. */
function newestSeen(scroller: Scroller, index: number): boolean {
  const item = scroller.measurementsCache[index];
  if (item === undefined || scroller.scrollOffset === null || scroller.scrollRect === null) return false;
  const [top, bottom] = [scroller.scrollOffset, scroller.scrollOffset + scroller.scrollRect.height];
  const middle = (item.start + item.end) / 2;
  return middle <= bottom && (middle >= top || item.end >= bottom);
}
