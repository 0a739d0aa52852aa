/** Flows as the API tells them, put together by topic and channel. Pure. */

import type { Schemas } from "../../api/client";

export type Flow = Schemas["FlowView"];

/** From the best to the worst. */
export const OUTCOMES = ["ended_one_touch", "ended_resolved", "ended_came_back", "ended_unanswered"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Route {
  label: string;
  name: string | null;
  channel: string;
  n: number;
  outcomes: Partial<Record<Outcome, number>>;
}

/** The most travelled first. */
export function routes(flows: readonly Flow[]): Route[] {
  const found = new Map<string, Route>();
  for (const { label, label_name: name, channel, outcome, n } of flows) {
    const key = `${label}|${channel}`;
    const route = found.get(key) ?? { label, name, channel, n: 0, outcomes: {} };
    const known = OUTCOMES.find((each) => each === outcome);
    found.set(key, {
      ...route,
      n: route.n + n,
      outcomes: known === undefined ? route.outcomes : { ...route.outcomes, [known]: (route.outcomes[known] ?? 0) + n },
    });
  }
  return [...found.values()].filter((route) => route.n > 0).sort((a, b) => b.n - a.n || a.label.localeCompare(b.label));
}
