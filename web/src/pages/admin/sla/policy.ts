/** Policies of service levels as a form holds them, to and from what the API keeps. */

import type { Condition } from "../kit/condition";

export const CLOCKS = ["first_response", "next_response", "resolution"] as const;
export type Clock = (typeof CLOCKS)[number];

export interface Policy {
  id: string;
  name: string;
  condition: Condition;
  targets: Partial<Record<Clock, number>>;
  hours_id: string | null;
  pauses_in: string[];
  warn_percent: number;
  enabled: boolean;
}

export const PAUSES = ["pending", "snoozed"] as const;

/** The id tells clocks of which policy they are: made once, kept when the name changes. */
export const blankPolicy = (): Policy => ({
  id: `policy-${crypto.randomUUID().slice(0, 8)}`,
  name: "",
  condition: {},
  targets: { first_response: 3_600 },
  hours_id: null,
  pauses_in: [...PAUSES],
  warn_percent: 80,
  enabled: true,
});

/** A clock without seconds is left out. */
export function withTarget(policy: Policy, clock: Clock, seconds: number | null): Policy["targets"] {
  const { [clock]: _, ...others } = policy.targets;
  return seconds === null || seconds === 0 ? others : { ...others, [clock]: seconds };
}

export const lacksTarget = (policies: readonly Policy[]): boolean => policies.some((policy) => Object.keys(policy.targets).length === 0);
