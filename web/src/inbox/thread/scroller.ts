/** The list's scrolling: anchored at its end, bounded in what it draws. All of the library that the thread knows is here. */

import { defaultRangeExtractor, useVirtualizer, type Range, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, type RefObject } from "react";
import type { Row } from "./rows";

export type Scroller = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** Within so many pixels of the end it follows what comes. */
export const NEAR_END = 80;
const LINE = 20;
const LETTERS = 60;

/** Before a row is measured: near enough that little moves. */
function guess(row: Row | undefined): number {
  if (row === undefined) return 60;
  if (row.type !== "piece") return row.type === "pending" ? 90 : 40;
  const { entry } = row.piece;
  if (entry.type === "note") return entry.kind === "activity" ? 32 : 64 + lines(entry.text);
  const files = entry.attachments.length * (entry.kind === "document" ? 56 : 216);
  const mail = typeof entry.content?.["html"] === "string" ? 260 : 0;
  return 24 + (row.first ? 24 : 0) + (entry.direction === "outbound" ? 24 : 0) + files + (mail || lines(entry.text));
}

const lines = (text: string): number => LINE * text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS)), 0);

/** `kept`: a row that stays whatever is seen, for the focus is on it. */
export function useScroller(box: RefObject<HTMLDivElement | null>, rows: readonly Row[], kept: number): Scroller {
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      return kept < 0 || kept >= range.count || shown.includes(kept) ? shown : [...shown, kept].sort((one, other) => one - other);
    },
    [kept],
  );
  return useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => guess(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
    paddingStart: 8,
    paddingEnd: 12,
    // A jump leaves a quarter of the room above what it goes to.
    scrollPaddingStart: Math.round((box.current?.clientHeight ?? 0) / 4),
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
    rangeExtractor,
  });
}
