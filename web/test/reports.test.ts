import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { change, listQuery, questionFrom, searchOf, USUAL, verdict } from "../src/pages/reports/question";
import { series } from "../src/pages/reports/series";

describe("a question in the address", () => {
  it("is the same when it is read back", () => {
    const asked = { ...USUAL, view: "why" as const, metric: "arrivals", by: "" as const, compare: false, business: true, channel: "sms" };
    expect(questionFrom(searchOf(asked))).toEqual(asked);
  });

  it("is empty when it is the usual one", () => {
    expect(searchOf(USUAL)).toBe("");
    expect(questionFrom("")).toEqual(USUAL);
  });

  it("is the usual one where somebody wrote nonsense", () => {
    expect(questionFrom("view=x&by=moon&period=ever&step=1&compare=maybe")).toEqual(USUAL);
  });
});

describe("a change", () => {
  it.each([
    [110, 100, 0.1],
    [0, 100, -1],
    [5, 0, null],
    [null, 5, null],
    [5, undefined, null],
  ])("from %s against %s is %s", (now, before, expected) => {
    const found = change(now, before);
    expect(found === null ? null : Math.round(found * 1000) / 1000).toBe(expected);
  });

  it("is good or bad by what is better", () => {
    expect([verdict(0.2, "lower"), verdict(-0.2, "lower"), verdict(0.2, "higher"), verdict(0.2, "none"), verdict(0.001, "higher")]).toEqual([
      "bad",
      "good",
      "good",
      "neither",
      "neither",
    ]);
  });
});

it("a row's list is asked with all that its address says, for one metric", () => {
  expect(listQuery("/reports/conversations?first=2026-01-01&last=2026-01-31&label=a%26b&as_of=2026-02-01T00%3A00%3A00Z", "one_touch")).toEqual({
    first: "2026-01-01",
    last: "2026-01-31",
    label: "a&b",
    as_of: "2026-02-01T00:00:00Z",
    metric: "one_touch",
  });
});

describe("lines of a chart", () => {
  type Row = Schemas["ReportRowView"];
  const row = (group: string, bucket: string, n: number): Row =>
    ({
      group: [{ dimension: "channel", value: group, name: group }],
      bucket,
      figures: { arrivals: { n, value: n } },
      before: null,
      list: "",
    }) as unknown as Row;
  const nameOf = (one: Row): string => one.group[0]?.value ?? "";

  it("have a hole where nothing was measured, and the largest come first", () => {
    const found = series([row("sms", "2026-01-01", 1), row("web", "2026-01-01", 5), row("web", "2026-01-02", 6)], "arrivals", nameOf);
    expect(found.times).toEqual([Date.UTC(2026, 0, 1) / 1000, Date.UTC(2026, 0, 2) / 1000]);
    expect(found.lines).toEqual([
      { name: "web", values: [5, 6] },
      { name: "sms", values: [1, null] },
    ]);
  });

  it("are six at most", () => {
    const many = Array.from({ length: 9 }, (_, place) => row(`c${place}`, "2026-01-01", place));
    expect(series(many, "arrivals", nameOf).lines.map((line) => line.name)).toEqual(["c8", "c7", "c6", "c5", "c4", "c3"]);
  });
});
