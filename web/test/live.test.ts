/** The live desk in simulated time: real client, fake line. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveDesk, type Line } from "../src/live/desk";

class Socket {
  static readonly opened: Socket[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  readonly said: Array<Record<string, unknown>> = [];

  constructor(readonly address: string) {
    Socket.opened.push(this);
  }

  send(text: string): void {
    this.said.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  tells(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The answer to what was asked last: nothing was missed. */
  follows(topic: string, seq: number, request: unknown, at = Date.now()): void {
    const as_of = new Date(at).toISOString();
    const topics = [{ topic, place: `${seq}.${at}`, seq, reset: false, more: false, entries: [] }];
    this.tells({ type: "followed", request, as_of, cursor: "c", topics });
  }
}

let online = true;
let tickets = 0;
const line: Line = {
  ticket: async () => `wss://desk.test?ticket=${++tickets}`,
  fetch: () => Promise.reject(new Error("not asked for")),
  open: (address) => new Socket(address) as unknown as WebSocket,
};

const last = (): Socket => Socket.opened.at(-1) as Socket;

async function begun(desk: LiveDesk): Promise<void> {
  desk.start();
  await vi.advanceTimersByTimeAsync(1);
  last().opens();
  const asked = last().said.find((frame) => frame["action"] === "follow");
  last().follows("desk", 7, asked?.["request"]);
  await vi.advanceTimersByTimeAsync(1);
}

describe("the live desk", () => {
  let desk: LiveDesk;

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date("2026-03-01T09:00:00Z") });
    Socket.opened.length = 0;
    [online, tickets] = [true, 0];
    desk = new LiveDesk(line, Date.now, () => online, () => 0.5);
  });

  afterEach(() => {
    desk.stop();
    vi.useRealTimers();
  });

  it("is live once what it follows is read", async () => {
    const read: string[] = [];
    desk.follow({ topics: ["desk"], reset: (topic) => read.push(topic) });
    expect(desk.status().state).toBe("connecting");
    await begun(desk);
    expect([desk.status().state, desk.status().since, read]).toEqual(["live", null, ["desk"]]);
    expect(desk.status().asOf).toBe(Date.parse("2026-03-01T09:00:00.001Z"));
  });

  it("says since when it is not live, and comes back with another ticket", async () => {
    desk.follow({ topics: ["desk"] });
    await begun(desk);
    last().close();
    expect(desk.status().state).toBe("reconnecting");
    const since = desk.status().since;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([last().address, desk.status().since]).toEqual(["wss://desk.test?ticket=2", since]);
  });

  it("gives up a socket that does not open", async () => {
    desk.follow({ topics: ["desk"] });
    desk.start();
    await vi.advanceTimersByTimeAsync(17_000);
    expect([Socket.opened.length, Socket.opened[0]?.readyState]).toEqual([2, 3]);
  });

  it("opens another one at once when the browser is back, and does not hear the one before", async () => {
    desk.follow({ topics: ["desk"] });
    await begun(desk);
    const before = last();
    online = false;
    desk.lineChanged();
    expect([desk.status().state, Socket.opened.length]).toEqual(["offline", 1]);
    online = true;
    desk.lineChanged();
    await vi.advanceTimersByTimeAsync(1);
    expect([Socket.opened.length, before.readyState, desk.status().state]).toEqual([2, 3, "reconnecting"]);
    before.opens();
    expect(desk.status().state).toBe("reconnecting");
  });

  it("tells what passes, and what changed, to who follows", async () => {
    const [signals, happened]: [unknown[], string[]] = [[], []];
    const leave = desk.follow({
      topics: ["desk"],
      signal: (frame) => signals.push(frame.type),
      changed: (_, events) => happened.push(...events.map((each) => each.type)),
    });
    await begun(desk);
    last().tells({ type: "floor", depth: 3 });
    const at = new Date().toISOString();
    const event = { id: "evt_1", type: "inbox.changed", occurred_at: at, actor: {}, data: {} };
    const change = { kind: "inbox", id: "ibx_1", version: 2, view: {}, happened: [event] };
    const entry = { topic: "desk", seq: 8, at, changes: [change] };
    last().tells({ type: "entries", entries: [entry] });
    last().tells({ type: "entries", entries: [entry] });
    expect([signals, happened]).toEqual([["floor"], ["inbox.changed"]]);
    leave();
    expect(last().said.at(-1)).toMatchObject({ action: "leave", topics: ["desk"] });
  });

  it("is offline where the browser says so, and drops what is no frame", async () => {
    desk.follow({ topics: ["desk"] });
    await begun(desk);
    last().onmessage?.({ data: "{" });
    online = false;
    desk.lineChanged();
    expect(desk.status().state).toBe("offline");
  });

  it("does nothing more once it is stopped", async () => {
    desk.follow({ topics: ["desk"] });
    await begun(desk);
    desk.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tickets).toBe(1);
  });
});
