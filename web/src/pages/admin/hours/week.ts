/** A calendar as it is edited: intervals by weekday and by date, to and from what the API keeps. */

import type { Schemas } from "../../../api/client";

export type Calendar = Schemas["HoursView"];
export type CalendarBody = Schemas["HoursBody"];

/** `next`: the end is on the day after. */
export interface Interval {
  start: string;
  end: string;
  next: boolean;
}

export interface DayOff {
  date: string;
  name: string;
  /** None: closed. */
  intervals: Interval[];
}

export interface Draft {
  name: string;
  zone: string;
  /** Monday first. */
  week: Interval[][];
  exceptions: DayOff[];
}

export const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const DAY = 24 * 60;

export function minutes(text: string): number {
  const [hours, rest] = text.split(":");
  return Number(hours) * 60 + Number(rest);
}

function clock(at: number): string {
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

/** An end that is not after the start can only be on the day after. */
export const overMidnight = ({ start, end, next }: Interval): boolean =>
  start !== "" && end !== "" && (next || minutes(end) <= minutes(start));

export function intervalOf([start = "", end = ""]: readonly string[]): Interval {
  const last = minutes(end);
  return last >= DAY ? { start, end: clock(last - DAY), next: true } : { start, end, next: false };
}

export function pairOf(interval: Interval): [string, string] {
  return [interval.start, overMidnight(interval) ? clock(minutes(interval.end) + DAY) : interval.end];
}

const whole = (interval: Interval): boolean => interval.start !== "" && interval.end !== "";
const inOrder = (intervals: readonly Interval[]): Interval[] =>
  intervals.filter(whole).sort((one, other) => minutes(one.start) - minutes(other.start));

type Stored = Pick<Calendar, "name" | "zone" | "weekly"> & { exceptions: Readonly<Record<string, object>> };

export function draftOf(calendar: Stored): Draft {
  return {
    name: calendar.name,
    zone: calendar.zone,
    week: DAYS.map((day) => (calendar.weekly[String(day)] ?? []).map(intervalOf)),
    exceptions: Object.entries(calendar.exceptions)
      .map(([date, kept]) => {
        const { intervals = [], name = "" } = kept as { intervals?: string[][]; name?: string };
        return { date, name, intervals: intervals.map(intervalOf) };
      })
      .sort((one, other) => one.date.localeCompare(other.date)),
  };
}

export function bodyOf(draft: Draft): CalendarBody {
  return {
    name: draft.name.trim(),
    zone: draft.zone,
    weekly: Object.fromEntries(draft.week.map((intervals, day) => [String(day), inOrder(intervals).map(pairOf)])),
    exceptions: Object.fromEntries(
      draft.exceptions.map(({ date, name, intervals }) => [date, { name, intervals: inOrder(intervals).map(pairOf) }]),
    ),
  };
}

export type Fault = "missing" | "overlap";

/** What is wrong with each interval of one day; what the day before leaves over is not its fault. */
export function faultsOf(intervals: readonly Interval[]): Map<number, Fault> {
  const found = new Map<number, Fault>();
  const spans = intervals.map((interval) => (whole(interval) ? pairOf(interval).map(minutes) : null));
  spans.forEach((span, place) => {
    if (span === null) return void found.set(place, "missing");
    const meets = spans.some(
      (other, at) => at < place && other !== null && span[0]! < other[1]! && other[0]! < span[1]!,
    );
    if (meets) found.set(place, "overlap");
  });
  return found;
}

export const isSound = (draft: Draft): boolean =>
  [...draft.week, ...draft.exceptions.map((one) => one.intervals)].every((intervals) => faultsOf(intervals).size === 0);

/** The next interval somebody means: after the last one, an hour at least, within the day. */
export function another(intervals: readonly Interval[]): Interval {
  const ends = inOrder(intervals).map((each) => minutes(pairOf(each)[1]));
  const last = Math.max(-1, ...ends);
  if (last < 0) return { start: "09:00", end: "17:00", next: false };
  const start = Math.min(last + 60, DAY - 60);
  const end = Math.min(start + 4 * 60, DAY);
  return intervalOf([clock(start), clock(end)]);
}

/** Shares of a day's 24 hours that are open, from 0 to 1, with what the day before leaves over. */
export function bars(week: readonly Interval[][], day: number): Array<{ from: number; to: number }> {
  const before = week[(day + 6) % 7] ?? [];
  const spans = [
    ...inOrder(before).map((each) => pairOf(each).map((text) => minutes(text) - DAY)),
    ...inOrder(week[day] ?? []).map((each) => pairOf(each).map(minutes)),
  ];
  return spans
    .map(([from = 0, to = 0]) => ({ from: Math.max(0, from) / DAY, to: Math.min(DAY, to) / DAY }))
    .filter(({ from, to }) => to > from);
}

export function copied(draft: Draft, from: number, to: readonly number[]): Draft {
  const week = draft.week.map((intervals, day) =>
    to.includes(day) ? (draft.week[from] ?? []).map((each) => ({ ...each })) : intervals,
  );
  return { ...draft, week };
}

/** Closed dates of a calendar file, beside those there are: these stay. */
export function withClosed(draft: Draft, closed: Readonly<Record<string, string>>): Draft {
  const known = new Set(draft.exceptions.map((each) => each.date));
  const more = Object.entries(closed).filter(([date]) => !known.has(date));
  const exceptions = [...draft.exceptions, ...more.map(([date, name]) => ({ date, name, intervals: [] }))];
  return { ...draft, exceptions: exceptions.sort((one, other) => one.date.localeCompare(other.date)) };
}
