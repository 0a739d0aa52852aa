/** The floor as it is kept on the page: the snapshot, and what frames say has changed since. */

import type { Schemas } from "../../api/client";

export type Floor = Schemas["FloorView"];
export type Queue = Schemas["FloorQueueView"];
export type FloorAgent = Schemas["FloorAgentView"];
export type Risk = Schemas["AtRiskView"];
export type FloorChannel = Schemas["FloorChannelView"];

interface Lists {
  queues: Queue[];
  agents: FloorAgent[];
  at_risk: Risk[];
  channels: FloorChannel[];
}

export interface FloorFrame {
  type: "floor";
  as_of: string;
  since: string | null;
  fetch: boolean;
  agents_are_more: boolean;
  at_risk_is_more: boolean;
  changed: Lists;
  gone: Record<keyof Lists, string[]>;
}

export const isFloorFrame = (frame: { type?: unknown }): boolean => frame.type === "floor";

const time = (moment: string | null | undefined): number => (moment ? new Date(moment).getTime() : 0);

/** The floor after a frame; null: it does not follow from what is here, and has to be read. */
export function after(floor: Floor, frame: FloorFrame): Floor | null {
  if (time(frame.as_of) <= time(floor.as_of)) return floor;
  if (frame.fetch || frame.since === null || time(frame.since) !== time(floor.as_of)) return null;
  return {
    ...floor,
    as_of: frame.as_of,
    refreshing: false,
    agents_are_more: frame.agents_are_more,
    at_risk_is_more: frame.at_risk_is_more,
    queues: replaced(floor.queues, frame.changed.queues, frame.gone.queues, (one) => one.team_id),
    agents: replaced(floor.agents, frame.changed.agents, frame.gone.agents, (one) => one.agent_id),
    at_risk: replaced(floor.at_risk, frame.changed.at_risk, frame.gone.at_risk, (one) => one.id),
    channels: replaced(floor.channels, frame.changed.channels, frame.gone.channels, (one) => one.channel),
  };
}

function replaced<T>(known: readonly T[], changed: readonly T[], gone: readonly string[], keyOf: (one: T) => string): T[] {
  const fresh = new Map(changed.map((one) => [keyOf(one), one]));
  const left = known.filter((one) => !gone.includes(keyOf(one))).map((one) => fresh.get(keyOf(one)) ?? one);
  const here = new Set(left.map(keyOf));
  return [...left, ...changed.filter((one) => !here.has(keyOf(one)))];
}

export interface Sums {
  waiting: number;
  /** ISO time since when the oldest waits. */
  oldest: string | null;
  breached: number;
  dueSoon: number;
  freeUnits: number;
  available: number;
}

export function sums(floor: Floor): Sums {
  const since = floor.queues.flatMap((queue) => (queue.oldest_waiting_since ? [queue.oldest_waiting_since] : []));
  const here = floor.agents.filter((agent) => agent.available);
  return {
    waiting: floor.queues.reduce((sum, queue) => sum + queue.depth, 0),
    oldest: since.sort((one, other) => time(one) - time(other))[0] ?? null,
    breached: floor.at_risk.filter((risk) => risk.breached).length,
    dueSoon: floor.at_risk.filter((risk) => !risk.breached).length,
    freeUnits: here.reduce((sum, agent) => sum + agent.free_units, 0),
    available: here.length,
  };
}

/** The fullest first; who is not there last. */
export function byLoad(agents: readonly FloorAgent[]): FloorAgent[] {
  const load = (agent: FloorAgent) => (agent.units > 0 ? agent.used / agent.units : 0);
  return [...agents].sort(
    (one, other) =>
      Number(other.connected) - Number(one.connected) || load(other) - load(one) || one.name.localeCompare(other.name),
  );
}

/** Those on which something goes on, the most open conversations first. */
export function busy(channels: readonly FloorChannel[]): FloorChannel[] {
  return channels
    .filter((one) => one.open > 0 || one.waiting > 0 || one.arrivals.last_15 > 0)
    .sort((one, other) => other.open - one.open || one.channel.localeCompare(other.channel));
}

/** Broken ones first, then the next to break. */
export function byUrgency(risks: readonly Risk[]): Risk[] {
  return [...risks].sort((one, other) => time(one.due_at) - time(other.due_at));
}
