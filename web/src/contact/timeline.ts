/** The lines of a timeline: days, what each is, where it leads. */

import type { Schemas } from "../api/client";

export type TimelineLine = Schemas["TimelinePage"]["items"][number];

/** What the filter offers; any other kind is found by searching. */
export const KINDS = ["conversation", "call", "note", "order", "refund", "return", "cart", "page_view", "survey", "subscription"] as const;
export type Kind = (typeof KINDS)[number];

export interface Filter {
  kind: Kind | "all";
  q: string;
  /** Days of the reader's calendar, as date boxes give them. */
  from: string;
  to: string;
}

export const NO_FILTER: Filter = { kind: "all", q: "", from: "", to: "" };

export const isFiltered = (filter: Filter): boolean => filter.kind !== "all" || filter.q.trim() !== "" || filter.from !== "" || filter.to !== "";

export interface Asked {
  kind?: string;
  q?: string;
  after?: string;
  before?: string;
}

/** `to` is meant with its whole day. */
export function askedOf({ kind, q, from, to }: Filter): Asked {
  const start = midnight(from);
  const end = midnight(to);
  end?.setDate(end.getDate() + 1);
  return {
    ...(kind === "all" ? {} : { kind }),
    ...(q.trim() === "" ? {} : { q: q.trim() }),
    ...(start ? { after: start.toISOString() } : {}),
    ...(end ? { before: end.toISOString() } : {}),
  };
}

function midnight(day: string): Date | null {
  const at = day === "" ? null : new Date(`${day}T00:00`);
  return at === null || Number.isNaN(at.getTime()) ? null : at;
}

export const familyOf = (kind: string): Kind | "other" => KINDS.find((each) => kind === each || kind.startsWith(`${each}.`)) ?? "other";

const text = (data: Record<string, unknown>, name: string): string | null => (typeof data[name] === "string" ? data[name] : null);

/** The conversation that a line tells of, or is part of. */
export function conversationOf(line: TimelineLine): string | null {
  const data = line.data as Record<string, unknown>;
  return text(data, "merged_into") ?? text(data, "conversation_id");
}

export const statusOf = (line: TimelineLine): string | null => (line.kind === "conversation" ? text(line.data as Record<string, unknown>, "status") : null);

export const channelsOf = (line: TimelineLine): string[] => {
  const told = (line.data as Record<string, unknown>)["channels"];
  if (Array.isArray(told)) return told.filter((each): each is string => typeof each === "string");
  return line.channel ? [line.channel] : [];
};

/** Lines of one day together, in their order; `dayOf` names the day. */
export function byDay<L extends { occurred_at: string }>(lines: readonly L[], dayOf: (at: string) => string): { day: string; lines: L[] }[] {
  const days: { day: string; lines: L[] }[] = [];
  for (const line of lines) {
    const day = dayOf(line.occurred_at);
    const last = days.at(-1);
    if (last?.day === day) last.lines.push(line);
    else days.push({ day, lines: [line] });
  }
  return days;
}
