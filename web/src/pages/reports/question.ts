/** A question to the numbers, as the address of the page holds it: a link shows the same report. */

export const PERIODS = ["today", "yesterday", "last_7_days", "last_28_days", "last_90_days", "this_month", "last_month", "last_12_months"] as const;
export const STEPS = ["whole", "hour", "day", "week", "month"] as const;
export const DIMENSIONS = ["channel", "inbox", "team", "agent", "label", "tier", "language"] as const;
export const VIEWS = ["numbers", "why", "heat", "compare", "cohorts", "journeys", "targets", "costs"] as const;

export type PeriodWord = (typeof PERIODS)[number];
export type Step = (typeof STEPS)[number];
export type Dimension = (typeof DIMENSIONS)[number];
export type View = (typeof VIEWS)[number];

export interface Question {
  view: View;
  metric: string;
  by: Dimension | "";
  period: PeriodWord;
  step: Step;
  business: boolean;
  compare: boolean;
  /** Only one channel; "": all. */
  channel: string;
}

export const USUAL: Question = {
  view: "numbers",
  metric: "first_response",
  by: "channel",
  period: "last_7_days",
  step: "whole",
  business: false,
  compare: true,
  channel: "",
};

function oneOf<T extends string>(known: readonly T[], given: string | null, usual: T): T {
  return known.includes(given as T) ? (given as T) : usual;
}

export function questionFrom(search: string): Question {
  const given = new URLSearchParams(search);
  const by = given.get("by");
  return {
    view: oneOf(VIEWS, given.get("view"), USUAL.view),
    metric: given.get("metric") ?? USUAL.metric,
    by: by === "" ? "" : oneOf(DIMENSIONS, by, USUAL.by as Dimension),
    period: oneOf(PERIODS, given.get("period"), USUAL.period),
    step: oneOf(STEPS, given.get("step"), USUAL.step),
    business: given.get("business") === "1",
    compare: given.get("compare") !== "0",
    channel: given.get("channel") ?? "",
  };
}

/** Without what is as usual. */
export function searchOf(question: Question): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(question)) {
    if (value !== USUAL[name as keyof Question]) said.set(name, typeof value === "boolean" ? (value ? "1" : "0") : value);
  }
  return said.toString();
}

/** What a row's list is asked by, for one of its metrics. */
export function listQuery(address: string, metric: string): Record<string, string> {
  return { ...Object.fromEntries(new URLSearchParams(address.split("?")[1] ?? "")), metric };
}

/** How much it changed against before, as a share; null where that says nothing. */
export function change(now: number | null, before: number | null | undefined): number | null {
  return now === null || before === null || before === undefined || before === 0 ? null : now / before - 1;
}

/** Whether a change is good: by what is better of the metric. */
export function verdict(by: number, better: string): "good" | "bad" | "neither" {
  if (better === "none" || Math.abs(by) < 0.005) return "neither";
  return by > 0 === (better === "higher") ? "good" : "bad";
}
