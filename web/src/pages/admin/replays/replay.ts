/** A day that is run again: what is asked, and what came of it. */

import type { Schemas } from "../../../api/client";

export type Replay = Schemas["ReplayView"];
export type Figures = Schemas["FiguresView"];
type Body = Schemas["chalicelib.api.replays.ReplayBody"];

export interface Wish {
  source: "recorded" | "generated";
  from: string;
  to: string;
  hours: number | null;
  arrivals: number | null;
  handling: number | null;
  agents: number | null;
  seed: number | null;
  rules: "current" | "draft" | "both";
}

/** Eight hours that have just ended, by the reader's clock. */
export function firstWish(now: number): Wish {
  const local = (at: number) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return { source: "recorded", from: local(now - 8 * 3_600_000), to: local(now), hours: 8, arrivals: 60, handling: 600, agents: null, seed: 1, rules: "both" };
}

export function bodyOf(wish: Wish): Body {
  if (wish.source === "recorded") {
    const recorded = { from: new Date(wish.from).toISOString(), to: new Date(wish.to).toISOString() };
    return { rules: wish.rules, source: { recorded, generated: null } };
  }
  const generated = {
    hours: wish.hours ?? 8,
    arrivals_per_hour: wish.arrivals ?? 60,
    handling_seconds: wish.handling ?? 600,
    agents: wish.agents,
    seed: wish.seed ?? 1,
    shares: {},
  };
  return { rules: wish.rules, source: { generated, recorded: null } };
}

/** Which figures are shown, and as what. */
export const SHOWN = [
  ["given", "count"],
  ["wait_p50", "time"],
  ["wait_p90", "time"],
  ["wait_p99", "time"],
  ["within_15", "share"],
  ["within_60", "share"],
  ["in_response", "share"],
  ["breached", "count"],
  ["returned_to_own", "count"],
  ["load_gini", "share"],
] as const;

export const isUnder = (replay: Replay): boolean => replay.state === "waiting" || replay.state === "running";
