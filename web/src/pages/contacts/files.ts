/** Files of contacts: their form by name, what became of an import's rows. */

export const formatOf = (name: string): "csv" | "json" | "jsonl" => (/\.jsonl$/i.test(name) ? "jsonl" : /\.json$/i.test(name) ? "json" : "csv");

const COUNTED = ["rows", "created", "updated", "unchanged", "skipped", "failed"] as const;
export type Counted = (typeof COUNTED)[number];

export function countsOf(result: Record<string, unknown>): [Counted, number][] {
  return COUNTED.flatMap((name) => (typeof result[name] === "number" ? [[name, result[name]]] : []));
}

export interface Fault {
  row: string;
  field: string;
  error: string;
}

export const faultsOf = (problems: readonly Record<string, unknown>[]): Fault[] =>
  problems.map(({ row, field, error }) => ({ row: String(row ?? ""), field: String(field ?? ""), error: String(error ?? "") }));
