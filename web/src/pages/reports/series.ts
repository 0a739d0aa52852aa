/** Lines of a chart from the rows of a report. */

import type { Schemas } from "../../api/client";

type Row = Schemas["ReportRowView"];

export const MOST_LINES = 6;

export interface Line {
  name: string;
  values: (number | null)[];
}

/** `times` in seconds since 1970; a local day as if it were one of UTC. The groups with the most measures are lines. */
export function series(rows: readonly Row[], metric: string, nameOf: (row: Row) => string): { times: number[]; lines: Line[] } {
  const buckets = [...new Set(rows.map((row) => row.bucket))].sort();
  const groups = new Map<string, { name: string; n: number; values: Map<string, number | null> }>();
  for (const row of rows) {
    const key = row.group.map((part) => part.value).join("|");
    const group = groups.get(key) ?? { name: nameOf(row), n: 0, values: new Map<string, number | null>() };
    group.n += row.figures[metric]?.n ?? 0;
    group.values.set(row.bucket, row.figures[metric]?.value ?? null);
    groups.set(key, group);
  }
  const shown = [...groups.values()].sort((one, other) => other.n - one.n).slice(0, MOST_LINES);
  return {
    times: buckets.map((bucket) => new Date(bucket.includes("T") ? bucket : `${bucket}T00:00:00Z`).getTime() / 1000),
    lines: shown.map(({ name, values }) => ({ name, values: buckets.map((bucket) => values.get(bucket) ?? null) })),
  };
}
