/** What keeps its place in a thread when the list gets another size. */

import { describe, expect, it } from "vitest";
import { LEAST_SEEN, NEAR_END, isSeen, offsetOf, placeOf, toSee, type Span } from "../src/inbox/thread/place";

/** Rows of these heights, one below the other. */
function rows(...heights: number[]): Span[] {
  let end = 0;
  return heights.map((height) => ({ start: end, end: (end += height) }));
}
const total = (all: readonly Span[]): number => all.at(-1)?.end ?? 0;
const sight = (offset: number, height: number): Span => ({ start: offset, end: offset + height });

describe("a list that gets another size", () => {
  const wide = rows(...Array<number>(20).fill(50));
  const narrow = rows(...Array<number>(20).fill(90));

  it("keeps the first row that begins in sight where it was, and back", () => {
    const place = placeOf(wide, 4, 9, sight(230, 250), total(wide));
    expect(place).toEqual({ row: 5, below: 20 });
    const offset = offsetOf(place, narrow, 250, total(narrow));
    expect(offset).toBe(5 * 90 - 20);
    const back = placeOf(narrow, 4, 7, sight(offset, 250), total(narrow));
    expect(offsetOf(back, wide, 250, total(wide))).toBe(230);
  });

  it("keeps as much of a row above as there was, where none begins in sight", () => {
    const [tall, taller] = [rows(50, 1_000, 500), rows(50, 2_000, 500)];
    const place = placeOf(tall, 1, 1, sight(550, 300), total(tall));
    expect(offsetOf(place, taller, 300, total(taller))).toBe(50 + 1_000);
  });

  it("stays at the end, as near as it was", () => {
    for (const away of [0, 10, NEAR_END]) {
      const place = placeOf(wide, 15, 19, sight(total(wide) - 250 - away, 250), total(wide));
      expect(offsetOf(place, narrow, 120, total(narrow))).toBe(total(narrow) - 120 - away);
    }
    expect(placeOf(wide, 15, 19, sight(total(wide) - 250 - NEAR_END - 1, 250), total(wide))).toHaveProperty("row");
  });

  it("stays where it is when it is only lower, and shows some of what would be below", () => {
    const place = placeOf(wide, 4, 9, sight(230, 250), total(wide));
    expect(offsetOf(place, wide, 100, total(wide))).toBe(230);
    const low = placeOf(rows(230, 300, 300), 0, 1, sight(30, 250), 830);
    expect(low).toEqual({ row: 1, below: 200 });
    expect(offsetOf(low, rows(230, 300, 300), 100, 830)).toBe(230 - (100 - LEAST_SEEN));
  });

  it("is not scrolled beyond its ends", () => {
    const place = placeOf(narrow, 0, 2, sight(0, 250), total(narrow));
    expect(offsetOf(place, wide, 250, total(wide))).toBe(0);
    expect(offsetOf({ row: 19, below: 10 }, wide, 900, total(wide))).toBe(100);
    expect(offsetOf({ fromEnd: 0 }, rows(10), 250, 10)).toBe(0);
  });

  it("goes as little further as it takes to see what has the focus", () => {
    const row = { start: 500, end: 560 };
    expect(toSee(row, 400, 200)).toBe(400);
    expect(toSee(row, 200, 310)).toBe(560 - 310);
    expect(toSee(row, 550, 200)).toBe(500);
    expect(toSee({ start: 500, end: 900 }, 200, 300)).toBe(500);
    expect([isSeen(row, sight(540, 200)), isSeen(row, sight(500 + 36, 200)), isSeen({ start: 0, end: 8 }, sight(0, 200))]).toEqual([false, true, true]);
  });
});
