/** The list's scrolling: anchored at its end, bounded in what it draws. All of the library that the thread knows is here. */

import { defaultRangeExtractor, useVirtualizer, type Range, type Rect, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, type RefObject } from "react";
import { flushSync } from "react-dom";
import type { Entry } from "../../desk/conversation";
import { NEAR_END, isSeen, offsetOf, placeOf, toSee, type Span } from "./place";
import type { Row } from "./rows";

export type Scroller = Virtualizer<HTMLDivElement, HTMLDivElement>;

const LINE = 20;
const LETTERS = 60;
const LOW = 320;

/** Before a row is measured: near enough that little moves. */
function guess(row: Row | undefined): number {
  if (row === undefined) return 60;
  if (row.type !== "piece") return row.type === "pending" ? 90 : 40;
  const { entry } = row.piece;
  if (entry.type === "note") return entry.kind === "activity" ? 32 : 64 + lines(entry);
  const files = entry.attachments.length * (entry.kind === "document" ? 56 : 216);
  const mail = typeof entry.content?.["html"] === "string" ? 260 : 0;
  return 24 + (row.first ? 24 : 0) + (entry.direction === "outbound" ? 24 : 0) + files + (mail || lines(entry));
}

/** Every row that is not measured yet is guessed anew with each one that comes: its words are counted once. */
const COUNTED = new WeakMap<Entry, number>();

function lines(entry: Entry): number {
  let height = COUNTED.get(entry);
  if (height === undefined) {
    height = LINE * entry.text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS)), 0);
    COUNTED.set(entry, height);
  }
  return height;
}

/** By what the scroller knows already: asking the browser would have it lay out the page in the middle of a frame. */
export function isNearEnd(scroller: Scroller): boolean {
  const seen = (scroller.scrollOffset ?? 0) + (scroller.scrollRect?.height ?? 0);
  return scroller.getTotalSize() - seen <= NEAR_END;
}

/** A jump leaves a quarter of the room above what it goes to; on a low screen, which has no room to spare, nothing. */
const aboveJump = (height: number): number => (height < LOW ? 0 : Math.round(height / 4));

/** `kept`: a row that stays whatever is seen, for the focus is on it. */
export function useScroller(box: RefObject<HTMLDivElement | null>, rows: readonly Row[], kept: number): Scroller {
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      return kept < 0 || kept >= range.count || shown.includes(kept) ? shown : [...shown, kept].sort((one, other) => one - other);
    },
    [kept],
  );
  // The same one while the rows are: with another one every place is worked out anew.
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  return useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => guess(rows[index]),
    getItemKey,
    overscan: 6,
    paddingStart: 8,
    paddingEnd: 12,
    scrollPaddingStart: aboveJump(box.current?.clientHeight ?? 0),
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
    rangeExtractor,
    observeElementRect: watchSize,
  });
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement): Rect => ({ width: clientWidth, height: clientHeight });

/** In the library's place, which would keep how far the box is scrolled, not what is read in it. This is told of another
 * size before the library is told of the rows': it observes the box before there are any. */
function watchSize(scroller: Scroller, told: (size: Rect) => void): (() => void) | undefined {
  const box = scroller.scrollElement;
  if (box === null) return undefined;
  let known = sizeOf(box);
  told(known);
  const observer = new ResizeObserver(() => {
    const size = sizeOf(box);
    // Hidden, it has none: it is as it was when it is shown again.
    if (size.width === 0 || (size.width === known.width && size.height === known.height)) return;
    resized(scroller, box, size, size.width !== known.width, () => told(size));
    known = size;
  });
  observer.observe(box);
  return () => observer.disconnect();
}

function resized(scroller: Scroller, box: HTMLElement, size: Rect, rewrapped: boolean, told: () => void): void {
  // On its way to a row or to the end: the library works out anew where that is.
  const still = scroller["scrollState"] === null;
  const offset = still ? kept(scroller, box, size.height) : null;
  flushSync(() => {
    if (rewrapped) measureAnew(scroller);
    scroller.scrollRect = size;
    if (offset !== null) scroller.scrollOffset = offset();
    told();
  });
  if (still) box.scrollTop = scroller.scrollOffset ?? 0;
}

/** How far to scroll, asked before and worked out after the rows have other heights. */
function kept(scroller: Scroller, box: HTMLElement, height: number): () => number {
  // What was put in above in this very frame has scrolled the box, of which the library hears later; and a box that has
  // grown at its end is scrolled less by now.
  const start = Math.max(scroller.scrollOffset ?? 0, box.scrollTop);
  const sight: Span = { start, end: start + (scroller.scrollRect?.height ?? 0) };
  const { startIndex, endIndex } = scroller.calculateRange() ?? { startIndex: 0, endIndex: 0 };
  const place = placeOf(scroller.measurementsCache, startIndex, endIndex, sight, scroller.getTotalSize());
  const focused = box.querySelector<HTMLDivElement>("[data-index]:focus-within");
  const index = focused === null ? -1 : scroller.indexFromElement(focused);
  const seen = index >= 0 && isSeen(scroller.measurementsCache[index] ?? sight, sight);
  return () => {
    const total = scroller.getTotalSize();
    const offset = offsetOf(place, scroller.measurementsCache, height, total);
    const row = seen ? scroller.measurementsCache[index] : undefined;
    return row === undefined ? offset : toSee(row, offset, height);
  };
}

/** Rows have other heights at another width. Those that are drawn are measured, all others guessed until they are. */
function measureAnew(scroller: Scroller): void {
  const heights = [...scroller.elementsCache].filter(([, row]) => row.isConnected).map(([key, row]) => [key, row.offsetHeight] as const);
  scroller.measure();
  for (const [key, height] of heights) scroller.itemSizeCache.set(key, height);
}
