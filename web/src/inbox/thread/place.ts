/** What keeps its place when the list gets another size. Numbers alone: `scroller.ts` knows where they come from. */

/** Within so many pixels of the end a list is at its end: it follows what comes. */
export const NEAR_END = 80;
/** So much of a row at least is seen of what is held. */
export const LEAST_SEEN = 24;

/** From where to where a row, or what is in sight, reaches in the list. */
export interface Span {
  start: number;
  end: number;
}

/** The end, the row that begins first in sight, or, where none begins there, how much of one is above. */
export type Place = { fromEnd: number } | { row: number; below: number } | { row: number; above: number };

/** `rows`: of the whole list; those from `first` to `last` are in sight. */
export function placeOf(rows: readonly Span[], first: number, last: number, sight: Span, total: number): Place {
  const fromEnd = total - sight.end;
  if (fromEnd <= NEAR_END) return { fromEnd: Math.max(0, fromEnd) };
  for (let row = first; row <= last; row += 1) {
    const below = (rows[row]?.start ?? 0) - sight.start;
    if (below >= -1) return { row, below };
  }
  const { start, end } = rows[first] ?? { start: 0, end: 0 };
  return { row: first, above: end > start ? (sight.start - start) / (end - start) : 0 };
}

/** How far to scroll, so that it is where it was. */
export function offsetOf(place: Place, rows: readonly Span[], height: number, total: number): number {
  const most = Math.max(0, total - height);
  if ("fromEnd" in place) return Math.max(0, most - place.fromEnd);
  const { start, end } = rows[place.row] ?? { start: 0, end: 0 };
  const offset = "below" in place ? start - Math.min(place.below, Math.max(0, height - LEAST_SEEN)) : start + place.above * (end - start);
  return Math.min(most, Math.max(0, offset));
}

export const isSeen = (row: Span, sight: Span): boolean => Math.min(row.end, sight.end) - Math.max(row.start, sight.start) >= Math.min(LEAST_SEEN, row.end - row.start);

/** As little further as it takes to see this row: its beginning, where there is no room for all of it. */
export function toSee(row: Span, offset: number, height: number): number {
  return isSeen(row, { start: offset, end: offset + height }) ? offset : Math.min(Math.max(offset, row.end - height), row.start);
}
