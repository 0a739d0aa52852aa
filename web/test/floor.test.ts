import { describe, expect, it } from "vitest";
import { after, busy, byLoad, byUrgency, sums, type Floor, type FloorAgent, type FloorChannel, type FloorFrame, type Queue, type Risk } from "../src/pages/board/floor";

const T = (second: number): string => `2026-11-22T10:00:${String(second).padStart(2, "0")}Z`;
const arrivals = { last_1: 0, last_5: 0, last_15: 0, last_60: 0 };
const queue = (team_id: string, more: Partial<Queue> = {}): Queue => ({
  team_id,
  name: team_id,
  depth: 0,
  depth_is_more: false,
  oldest_waiting_since: null,
  agents_available: 0,
  free_units: 0,
  arrivals,
  taken_today: 0,
  left_today: 0,
  abandoned_percent: null,
  expected_wait: null,
  due_soon: 0,
  breached: 0,
  ...more,
});
const agent = (agent_id: string, more: Partial<FloorAgent> = {}): FloorAgent => ({
  agent_id,
  name: agent_id,
  team_ids: [],
  intent: "online",
  connected: true,
  on_shift: true,
  available: true,
  because: "online",
  units: 4,
  used: 1,
  free_units: 3,
  held: 1,
  idle_since: null,
  ...more,
});
const risk = (id: string, due_at: string, breached: boolean): Risk => ({
  id,
  conversation_id: `cnv_${id}`,
  clock: "first_response",
  channel: "sms",
  team_id: null,
  owner_id: null,
  started_at: T(0),
  due_at,
  breached,
});
const floor = (more: Partial<Floor> = {}): Floor => ({
  as_of: T(10),
  refreshing: false,
  agents_are_more: false,
  at_risk_is_more: false,
  queues: [queue("a"), queue("b")],
  agents: [agent("x")],
  at_risk: [],
  channels: [],
  ...more,
});
const frame = (more: Partial<FloorFrame> = {}): FloorFrame => ({
  type: "floor",
  as_of: T(15),
  since: T(10),
  fetch: false,
  agents_are_more: false,
  at_risk_is_more: false,
  changed: { queues: [], agents: [], at_risk: [], channels: [] },
  gone: { queues: [], agents: [], at_risk: [], channels: [] },
  ...more,
});

describe("a frame of the floor", () => {
  it("replaces, adds and removes whole things, in their places", () => {
    const told = frame({
      changed: { queues: [queue("b", { depth: 7 }), queue("c")], agents: [], at_risk: [], channels: [] },
      gone: { queues: ["a"], agents: ["x"], at_risk: [], channels: [] },
    });
    const found = after(floor(), told);
    expect(found?.queues.map((one) => [one.team_id, one.depth])).toEqual([
      ["b", 7],
      ["c", 0],
    ]);
    expect(found?.agents).toEqual([]);
    expect(found?.as_of).toBe(T(15));
  });

  it("says nothing new when it is older than what is shown", () => {
    const known = floor();
    expect(after(known, frame({ as_of: T(9) }))).toBe(known);
    expect(after(known, frame({ as_of: T(10) }))).toBe(known);
  });

  it.each([{ since: T(9) }, { since: null }, { fetch: true }])("asks for the whole when it does not follow: %o", (more) => {
    expect(after(floor(), frame(more))).toBeNull();
  });

  it("follows from the same moment however it is written", () => {
    expect(after(floor({ as_of: "2026-11-22T10:00:10.000+00:00" }), frame())).not.toBeNull();
  });
});

describe("the figures of the floor", () => {
  it("are sums over queues and over agents who are available", () => {
    const found = sums(
      floor({
        queues: [queue("a", { depth: 2, oldest_waiting_since: T(5) }), queue("b", { depth: 3, oldest_waiting_since: T(2) })],
        agents: [agent("x"), agent("y", { available: false, free_units: 9 })],
        at_risk: [risk("1", T(1), true), risk("2", T(50), false)],
      }),
    );
    expect(found).toEqual({ waiting: 5, oldest: T(2), breached: 1, dueSoon: 1, freeUnits: 3, available: 1 });
  });

  it("put the fullest agent first, and whoever is not there last", () => {
    const agents = [agent("gone", { connected: false, used: 4 }), agent("half", { used: 2 }), agent("full", { used: 4 })];
    expect(byLoad(agents).map((one) => one.name)).toEqual(["full", "half", "gone"]);
  });

  it("put the promise that was broken first, first", () => {
    const found = byUrgency([risk("later", T(50), false), risk("late", T(1), true), risk("soon", T(20), false)]);
    expect(found.map((one) => one.id)).toEqual(["late", "soon", "later"]);
  });

  it("leave out channels on which nothing goes on, most open ones first", () => {
    const channel = (id: string, open: number, last_15 = 0): FloorChannel => ({
      channel: id,
      open,
      waiting: 0,
      oldest_waiting_since: null,
      arrivals: { ...arrivals, last_15 },
    });
    const found = busy([channel("apple", 0), channel("sms", 1), channel("line", 0, 0.2), channel("email", 7)]);
    expect(found.map((one) => one.channel)).toEqual(["email", "sms", "line"]);
  });
});
