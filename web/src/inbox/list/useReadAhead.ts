/** Threads are read before they are opened: of the row that is pointed at or has the focus, of the first ones, and of the
 * one behind what is open. */

import { useEffect, type FocusEvent, type PointerEvent } from "react";
import { FIRST_ONES, type Wanted } from "../../desk/ahead";
import { useAhead } from "../../desk/lately";
import type { Shown } from "./order";

const wantedOf = ({ listed: { row } }: Shown): Wanted => ({ id: row.id, version: row.version });

/** The first ones, and the next one: `j` goes there. */
export function likelyOf(shown: readonly Shown[], current: string | null): Wanted[] {
  const place = shown.findIndex(({ listed }) => listed.row.id === current);
  const next = place === -1 ? [] : shown.slice(place + 1, place + 2);
  return [...new Set([...next, ...shown.slice(0, FIRST_ONES)])].filter(({ listed }) => listed.row.id !== current).map(wantedOf);
}

const leaves = ({ currentTarget, relatedTarget }: PointerEvent): boolean =>
  !(relatedTarget instanceof Node && currentTarget.contains(relatedTarget));

const keyAt = (target: EventTarget): string | null =>
  target instanceof Element ? (target.closest("[role=row]")?.getAttribute("data-key") ?? null) : null;

export function useReadAhead(shown: readonly Shown[], current: string | null) {
  const ahead = useAhead();
  useEffect(() => ahead.likely(likelyOf(shown, current)), [ahead, shown, current]);
  const near = (target: EventTarget) => {
    const key = keyAt(target);
    const found = key === null || key === current ? undefined : shown.find(({ listed }) => listed.row.id === key);
    if (found === undefined) ahead.away();
    else ahead.near(wantedOf(found));
  };
  return {
    onPointerOver: (event: PointerEvent) => event.pointerType === "mouse" && near(event.target),
    onPointerOut: (event: PointerEvent) => leaves(event) && ahead.away(),
    onFocusCapture: (event: FocusEvent) => near(event.target),
  };
}
