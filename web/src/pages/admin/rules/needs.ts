/** What it takes to write first, as rows of a form: by purpose and channel. */

export const PURPOSES = ["service", "marketing", "survey", "transcript", "recording"] as const;
export const NEEDS = ["nothing", "consent", "proof", "proof_or_consent", "proof_and_consent"] as const;
export const COSTS = ["free", "low", "charged"] as const;
export const ANY = "any";

export type Needs = Record<string, Record<string, string>>;

export interface NeedRow {
  purpose: string;
  channel: string;
  need: string;
}

export const rowsOf = (needs: Needs): NeedRow[] =>
  Object.entries(needs).flatMap(([purpose, channels]) => Object.entries(channels).map(([channel, need]) => ({ purpose, channel, need })));

/** Of two rows for the same, the later one counts. */
export function needsOf(rows: readonly NeedRow[]): Needs {
  const needs: Needs = {};
  for (const { purpose, channel, need } of rows) needs[purpose] = { ...needs[purpose], [channel]: need };
  return needs;
}
