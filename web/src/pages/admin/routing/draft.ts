/** Routing rules as a form holds them, and where two sets of them differ. */

import type { Schemas } from "../../../api/client";
import type { Condition } from "../kit/condition";
import { same } from "../parts/item";

export type Stored = Schemas["chalicelib.api.rules.RulesView"];
export type Body = Schemas["chalicelib.api.rules.RulesBody"];
export type Mode = Schemas["Mode"];
export const MODES = ["direct", "offer", "manual"] as const;
export const SECONDS = ["offer_seconds", "sticky_seconds", "reply_seconds", "gone_seconds", "hibernate_seconds"] as const;

export interface Step {
  after_seconds: number;
  levels: Record<string, number>;
  overflow_team_id: string | null;
}

export interface Route {
  name: string;
  condition: Condition;
  team_id: string | null;
  skills: Record<string, number>;
  steps: Step[];
}

export interface Priority {
  name: string;
  condition: Condition;
  points: number;
}

export interface Closing {
  name: string;
  condition: Condition;
  after_seconds: number;
  farewell: string | null;
}

export interface Rules extends Record<(typeof SECONDS)[number], number> {
  mode: Mode;
  modes: Record<string, Mode>;
  missed_offers: number;
  routes: Route[];
  priorities: Priority[];
  closings: Closing[];
  vip: Condition | null;
  tell_wait: { after_seconds: number; text: string | null } | null;
}

export function rulesOf({ version: _, ...rules }: Stored): Rules {
  return rules as unknown as Rules;
}

export const bodyOf = (rules: Rules, version: number): Body => ({ ...rules, version }) as unknown as Body;

export const PARTS = ["giving", "routes", "priorities", "closings", "vip", "tell_wait"] as const;
export type Part = (typeof PARTS)[number];

/** The parts of the page in which two sets of rules differ. */
export function differing(one: Rules, other: Rules): Part[] {
  const names = Object.keys({ ...one, ...other }) as (keyof Rules)[];
  const found = new Set(names.filter((name) => !same(one[name], other[name])).map((name): Part => (PARTS.includes(name as Part) ? (name as Part) : "giving")));
  return PARTS.filter((part) => found.has(part));
}

/** Whether a form can show it: JSON that is being typed may lack anything. */
export function isShaped(rules: Rules): boolean {
  const lists = [rules.routes, rules.priorities, rules.closings];
  const isMap = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  const whole = (rule: unknown): boolean => isMap(rule) && typeof (rule as Route).name === "string" && isMap((rule as Route).condition);
  return lists.every((list) => Array.isArray(list) && list.every(whole)) && isMap(rules.modes) && rules.routes.every((rule) => isMap(rule.skills) && Array.isArray(rule.steps));
}

export const blankRoute = (): Route => ({ name: "", condition: {}, team_id: null, skills: {}, steps: [] });
export const blankPriority = (): Priority => ({ name: "", condition: {}, points: 10 });
export const blankClosing = (): Closing => ({ name: "", condition: {}, after_seconds: 86_400, farewell: null });
export const blankStep = (): Step => ({ after_seconds: 60, levels: {}, overflow_team_id: null });
