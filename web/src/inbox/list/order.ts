/** In what order rows stand, and how a list stays still while somebody is in it. */

import type { Schemas } from "../../api/client";
import type { Row, Sort } from "./places";

export type ApiReason = Schemas["ChipView"];

/** A row of the list. `reasons` null: the desk was not asked. `words`: what else is said instead of the newest message. */
export interface Listed {
  row: Row;
  reasons: readonly ApiReason[] | null;
  words?: string;
  /** An entry of the thread to go to. */
  entry?: string;
  /** When its messaging window closes. */
  closesAt?: string;
}

const MINUTE = 60_000;
const WEIGHTS: Record<Row["priority"], number> = { urgent: 30, high: 15, normal: 0, low: -15 };
const SLA_HORIZON = 30;

/** In minutes of waiting, as the desk ranks (docs/back_at_the_desk.md), by what is known of the row now. */
export function need({ row, reasons }: Listed, now: number): number {
  const waited = row.waiting_since === null ? 0 : Math.max(0, now - Date.parse(row.waiting_since)) / MINUTE;
  return waited + WEIGHTS[row.priority] + (reasons ?? []).reduce((sum, each) => sum + pressing(each, now), 0);
}

function pressing(reason: ApiReason, now: number): number {
  if (reason.kind === "waiting" || reason.kind === "priority") return 0;
  if (reason.kind !== "sla" || reason.at === null) return reason.minutes;
  const left = (Date.parse(reason.at) - now) / MINUTE;
  return Math.max(0, Math.min(SLA_HORIZON - left, SLA_HORIZON));
}

const LAST = Number.MAX_SAFE_INTEGER;
const time = (at: string | null): number => (at === null ? LAST : Date.parse(at));

/** `sort` null: as they came. Ties stand by id, so that nothing trades places by itself. */
export function sorted(all: readonly Listed[], sort: Sort | null, now: number): readonly Listed[] {
  if (sort === null) return all;
  const key = new Map(all.map((each) => [each, keyOf(each, sort, now)]));
  const by = (one: Listed, other: Listed): number => (key.get(one) ?? 0) - (key.get(other) ?? 0) || (one.row.id < other.row.id ? -1 : 1);
  return [...all].sort(by);
}

function keyOf(each: Listed, sort: Sort, now: number): number {
  if (sort === "need") return -need(each, now);
  return sort === "waiting" ? time(each.row.waiting_since) : -time(each.row.last_activity_at);
}

/** `leftAt`: since when it is of the list no more. */
export interface Shown {
  listed: Listed;
  leftAt: number | null;
}

export interface Steady {
  shown: readonly Shown[];
  /** The order, or who is there, is another one by now. */
  changed: boolean;
}

export const STAYS_FOR = 4_000;

/** The rows to show now. `held`: somebody is in the list, so what stands stays where it stands, and only what comes after
 * its end is added. Who has left stays for a moment. */
export function steady(before: readonly Shown[], wanted: readonly Listed[], now: number, held: boolean): Steady {
  const next = new Map(wanted.map((each) => [each.row.id, each]));
  const stood = before.flatMap((each) => {
    const listed = next.get(each.listed.row.id);
    if (listed !== undefined) return [same(each, listed, null)];
    const leftAt = each.leftAt ?? now;
    return held || now - leftAt < STAYS_FOR ? [same(each, each.listed, leftAt)] : [];
  });
  return held ? still(stood, wanted) : { shown: moved(stood, wanted), changed: false };
}

const same = (each: Shown, listed: Listed, leftAt: number | null): Shown =>
  each.listed === listed && each.leftAt === leftAt ? each : { listed, leftAt };

function still(stood: readonly Shown[], wanted: readonly Listed[]): Steady {
  const known = new Set(stood.map((each) => each.listed.row.id));
  const last = wanted.findLastIndex((each) => known.has(each.row.id));
  const behind = wanted.slice(last + 1).map((listed) => ({ listed, leftAt: null }));
  const shown = [...stood, ...behind];
  const there = shown.filter((each) => each.leftAt === null);
  const changed = there.length !== wanted.length || there.some((each, place) => each.listed.row.id !== wanted[place]?.row.id);
  return { shown, changed };
}

/** In the order wanted; who has left stays behind whom it stood. */
function moved(stood: readonly Shown[], wanted: readonly Listed[]): readonly Shown[] {
  const kept = new Map(stood.map((each) => [each.listed.row.id, each]));
  const after = new Map<string | null, Shown[]>();
  let anchor: string | null = null;
  for (const each of stood) {
    if (each.leftAt === null) anchor = each.listed.row.id;
    else after.set(anchor, [...(after.get(anchor) ?? []), each]);
  }
  const rows = wanted.flatMap((listed) => [kept.get(listed.row.id) ?? { listed, leftAt: null }, ...(after.get(listed.row.id) ?? [])]);
  return [...(after.get(null) ?? []), ...rows];
}

/** What was read, with what was told since. `of`: whether a row is of the list (null: who knows); `whole`: there are no more
 * pages, so that whatever is of the list is shown; else only what is newer than the end of what was read. */
export function merged(read: readonly Listed[], live: readonly Row[], of: (row: Row) => boolean | null, whole: boolean): Listed[] {
  const told = new Map(live.map((row) => [row.id, row]));
  const listed = read.flatMap((each) => {
    const newer = told.get(each.row.id);
    const row = newer !== undefined && newer.version > each.row.version ? newer : each.row;
    return of(row) === false ? [] : [row === each.row ? each : { ...each, row }];
  });
  const known = new Set(read.map((each) => each.row.id));
  const end = whole ? "" : (read.reduce((oldest, each) => (oldest === "" || each.row.last_activity_at < oldest ? each.row.last_activity_at : oldest), "") || "~");
  const come = live.filter((row) => !known.has(row.id) && of(row) === true && row.last_activity_at >= end);
  return [...listed, ...come.map((row) => ({ row, reasons: null }))];
}
