/** Which sound a notice has, when there is none, and what its page is. */

import type { Schemas } from "../../api/client";

export type Notice = Schemas["chalicelib.api.notifications.NoticeView"];
export type Kind = Notice["kind"];
export type QuietHours = NonNullable<Schemas["PreferencesModel"]["quiet_hours"]>;

export const SOUNDS = ["offer", "mention", "sla", "important", "message"] as const;
export type Sound = (typeof SOUNDS)[number];

/** Those not named have none. */
const OF_KIND: Partial<Record<Kind, Sound>> = {
  offered: "offer",
  mention: "mention",
  side_thread: "mention",
  sla_warned: "sla",
  sla_breached: "sla",
  window_closing: "important",
  returned: "important",
  announcement: "important",
  task_due: "important",
  assigned: "message",
  message: "message",
};
/** The card of an offer rings by itself. */
const ELSEWHERE = new Set<Kind>(["offered"]);

export const soundOf = (kind: Kind): Sound | null => OF_KIND[kind] ?? null;
export const soundsHere = (kind: Kind): Sound | null => (ELSEWHERE.has(kind) ? null : soundOf(kind));

export interface Seen {
  /** The conversation shown by a tab that has the focus; null where there is none. */
  focusedOn: string | null;
}

/** Who looks at the very conversation needs no sound: what is said there is before their eyes. */
export const isBeforeThem = (conversationId: string | null, { focusedOn }: Seen): boolean => conversationId !== null && conversationId === focusedOn;

/** Told a while ago, by a line that was cut or to a page that was asleep: in the list, but no noise. */
export const FRESH_MS = 60_000;
export const isFresh = (at: string, now: number): boolean => now - Date.parse(at) < FRESH_MS;

const MINUTES: Intl.DateTimeFormatOptions = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** By the wall clock of their zone; those beyond midnight belong to the day on which they began. */
export function isQuiet(hours: QuietHours | null | undefined, now: number): boolean {
  if (!hours) return false;
  const parts = new Intl.DateTimeFormat("en-US", { ...MINUTES, timeZone: hours.zone }).formatToParts(now);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  const day = WEEKDAYS.indexOf(part("weekday"));
  const minute = Number(part("hour")) * 60 + Number(part("minute"));
  const [start, end] = [minutesOf(hours.start), minutesOf(hours.end)];
  const days = hours.days ?? [0, 1, 2, 3, 4, 5, 6];
  if (start < end) return days.includes(day) && minute >= start && minute < end;
  return (days.includes(day) && minute >= start) || (days.includes((day + 6) % 7) && minute < end);
}

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** Where a notice leads; null where there is nothing to open. */
export function placeOf({ kind, conversation_id, about }: Pick<Notice, "kind" | "conversation_id" | "about">): string | null {
  if (conversation_id !== null) {
    const note = (about as Record<string, unknown>)["note_id"];
    return `/inbox/all?c=${conversation_id}${kind === "mention" && typeof note === "string" ? `#m=${note}` : ""}`;
  }
  if (kind === "floor_warning" || kind === "floor_calm") return "/board";
  if (kind === "report") return "/schedules";
  if (kind === "webhook") return "/admin/webhooks";
  return null;
}
