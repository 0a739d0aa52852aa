/** The lines of a thread: messages in groups, days between them, where the new ones begin. */

import type { Entry } from "../../desk/conversation";
import type { Pending } from "../../desk/outbox";
import { isMessage, type Piece } from "./entries";

export type Row =
  | { type: "start"; key: string }
  | { type: "gap"; key: string }
  | { type: "day"; key: string; at: string }
  | { type: "unread"; key: string }
  /** `first`: of a group, it says who and when. `leg`: it came on another leg than the one before it. */
  | { type: "piece"; key: string; piece: Piece; first: boolean; leg: boolean }
  | { type: "pending"; key: string; pending: Pending; first: boolean };

/** Messages of one author that are less far apart stand together. */
export const TOGETHER = 60_000;
const SILENT = new Set(["reaction", "edit", "revoke", "system", "call_update"]);

export interface Shown {
  pieces: readonly Piece[];
  pending: readonly Pending[];
  /** The entry before which the new ones begin. */
  unreadFrom: string | null;
  /** The entry after which something is missing. */
  gapAfter: string | null;
  started: boolean;
  /** The day of a time, in the viewer's zone. */
  dayOf: (at: string) => string;
}

export function rowsOf({ pieces, pending, unreadFrom, gapAfter, started, dayOf }: Shown): Row[] {
  const rows: Row[] = started ? [{ type: "start", key: "start" }] : [];
  const keys = new Set(pieces.map(({ key }) => key));
  const behind = unknownBegin({ pieces, started, unreadFrom, gapAfter });
  let day = behind === null ? "" : dayOf(behind.entry.occurred_at);
  let before = behind;
  let leg: string | null = behind !== null && isMessage(behind.entry) ? behind.entry.leg_id : null;
  for (const piece of behind === null ? pieces : pieces.slice(1)) {
    const { entry } = piece;
    const now = dayOf(entry.occurred_at);
    if (now !== day) {
      rows.push({ type: "day", key: `day ${now}`, at: entry.occurred_at });
      before = null;
    }
    day = now;
    if (entry.id === unreadFrom) {
      rows.push({ type: "unread", key: "unread" });
      before = null;
    }
    const changed = isMessage(entry) && leg !== null && leg !== entry.leg_id;
    rows.push({ type: "piece", key: piece.key, piece, first: before === null || changed || !together(before, piece), leg: changed });
    if (isMessage(entry)) leg = entry.leg_id;
    before = piece;
    if (entry.id === gapAfter) rows.push({ type: "gap", key: "gap" });
  }
  const waiting = pending.filter(({ clientId }) => !keys.has(clientId) && !stored(pieces, clientId));
  rows.push(...waiting.map((each, place): Row => ({ type: "pending", key: each.clientId, pending: each, first: place === 0 || waiting[place - 1]?.mode !== each.mode })));
  return rows;
}

/** The oldest one that is here is not shown before it is known what it follows: it would have to change then, and what
 * stands below it to move. */
function unknownBegin({ pieces, started, unreadFrom, gapAfter }: Pick<Shown, "pieces" | "started" | "unreadFrom" | "gapAfter">): Piece | null {
  const [first, next] = pieces;
  const meant = first !== undefined && (first.entry.id === unreadFrom || first.entry.id === gapAfter);
  return started || first === undefined || next === undefined || meant ? null : first;
}

const stored = (pieces: readonly Piece[], clientId: string): boolean =>
  pieces.slice(-60).some(({ entry }) => isMessage(entry) && entry.client_id === clientId);

function together(one: Piece, other: Piece): boolean {
  const [left, right] = [one.entry, other.entry];
  if (!isMessage(left) || !isMessage(right)) return false;
  const apart = Date.parse(right.occurred_at) - Date.parse(left.occurred_at);
  return (
    apart < TOGETHER &&
    left.leg_id === right.leg_id &&
    left.direction === right.direction &&
    left.author.kind === right.author.kind &&
    left.author.id === right.author.id &&
    left.state !== "failed" &&
    right.state !== "failed" &&
    left.kind !== "call" &&
    right.kind !== "call"
  );
}

/** Whether it counts as something the customer said. */
export const isSaid = (entry: Entry): boolean => isMessage(entry) && entry.direction === "inbound" && !SILENT.has(entry.kind);

/** The first of the last `unread` things that the customer said; null where none is new. `short`: how many of them are on
 * pages that are not here. */
export function unreadBegin(entries: readonly Entry[], unread: number): { id: string | null; short: number } {
  let left = unread;
  let id: string | null = null;
  for (let place = entries.length - 1; place >= 0 && left > 0; place -= 1) {
    const entry = entries[place];
    if (entry !== undefined && isSaid(entry)) {
      id = entry.id;
      left -= 1;
    }
  }
  return { id, short: left };
}
