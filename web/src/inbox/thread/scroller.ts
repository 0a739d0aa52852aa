/** The list's scrolling: anchored at its end, bounded in what it draws. All of the library that the thread knows is here. */

import { defaultRangeExtractor, useVirtualizer, type Range, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, type RefObject } from "react";
import type { Entry } from "../../desk/conversation";
import type { Row } from "./rows";

export type Scroller = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** Within so many pixels of the end it follows what comes. */
export const NEAR_END = 80;
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
  });
}
