/** One change for many conversations, and what takes it back. */

import type { Schemas } from "../../api/client";
import type { Row } from "./places";

export type Change = Omit<Schemas["BulkBody"], "ids">;
export type Wish = Pick<Change, "action"> & Partial<Change>;

const PLAIN = { assignee_id: null, team_id: null, exceed: false, note: "", reason: "", status: null, snoozed_until: null, wake_on: null, keep_owner: false, priority: null } as const;

export const changeOf = (wish: Wish): Change => ({ ...PLAIN, ...wish });

/** The API takes so many at once. */
export const AT_ONCE = 100;

export type Step = { kind: "bulk"; body: Schemas["BulkBody"] } | { kind: "assignment"; id: string; body: { assignee_id: string | null; team_id: string | null } };

/** The calls that carry it out. A new owner takes nothing out of its team, which an assignment sets as well. */
export function calls(change: Change, rows: readonly Row[]): Schemas["BulkBody"][] {
  const teams = new Map<string | null, string[]>();
  for (const row of rows) {
    const team = change.action === "assign" ? row.team_id : (change.team_id ?? null);
    teams.set(team, [...(teams.get(team) ?? []), row.id]);
  }
  return [...teams].flatMap(([team_id, ids]) => portions(ids).map((some) => ({ ...change, team_id, ids: some })));
}

export function portions(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, place) => ids.slice(place * AT_ONCE, (place + 1) * AT_ONCE));
}

/** Puts back what rows had before, with those who had them. Owners come back one by one: those of nobody's have no other
 * way. A snooze whose time is over by now is an opening. */
export function undoing(change: Change, before: readonly Row[], now: number): Step[] {
  if (change.action === "assign" || change.action === "transfer") {
    return before.map(({ id, assignee_id, team_id }) => ({ kind: "assignment", id, body: { assignee_id, team_id } }));
  }
  const groups = new Map<string, { body: Omit<Schemas["BulkBody"], "ids">; ids: string[] }>();
  for (const row of before) {
    const body = change.action === "priority" ? priorityOf(row) : statusOf(row, now);
    const key = JSON.stringify(body);
    groups.set(key, { body, ids: [...(groups.get(key)?.ids ?? []), row.id] });
  }
  return [...groups.values()].flatMap(({ body, ids }) => portions(ids).map((some) => ({ kind: "bulk" as const, body: { ...body, ids: some } })));
}

const priorityOf = (row: Row): Change => changeOf({ action: "priority", priority: row.priority });

function statusOf(row: Row, now: number): Change {
  const until = row.status === "snoozed" ? row.snoozed_until : null;
  if (until !== null && Date.parse(until) > now) return changeOf({ action: "status", status: "snoozed", snoozed_until: until, wake_on: row.wake_on });
  return changeOf({ action: "status", status: row.status === "snoozed" ? "open" : row.status, keep_owner: true });
}

export interface Refused {
  row: Row;
  detail: string;
}

/** Times to put something aside until, in the reader's zone. */
export function snoozes(now: Date): ReadonlyArray<{ id: "hour" | "tomorrow" | "week"; at: Date }> {
  const morning = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
  const toMonday = ((8 - now.getDay()) % 7) || 7;
  return [
    { id: "hour", at: new Date(now.getTime() + 3_600_000) },
    { id: "tomorrow", at: morning(1) },
    { id: "week", at: morning(toMonday) },
  ];
}
