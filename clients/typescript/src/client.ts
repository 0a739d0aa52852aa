/** The client of live views, without any input or output of its own: what happens goes in, what to do comes out.
 *
 * Every method takes the time in milliseconds and gives effects. It must be called again (`tick`) at `nextAt()`. */

import { Following, say, type FollowingSnapshot, type Missed } from "./following.js";
import { Outbox, type Send, type SendEffect } from "./outbox.js";
import type { Entries, Followed, HappenedView, Heads, LiveError, Pong, Said } from "./protocol.js";
import type { Named, Store, Thing } from "./store.js";
import { backOff, earliest, type Chance } from "./times.js";
import type { Topic } from "./topic.js";

export type Effect =
  /** Get a ticket, open a socket; then call `connected` or `disconnected`. */
  | { do: "connect" }
  /** Close the socket: the client counts it as closed already. */
  | { do: "close" }
  | { do: "say"; frame: Said }
  /** GET /v1/live?topics=<topic>@<place>,...; then call `fetched`. */
  | { do: "fetch"; id: string; topics: Record<string, string | null> }
  /** Read a topic anew by the REST API; then call `haveRead`. */
  | { do: "read"; id: string; topic: string }
  /** A REST request; then call `answered`. */
  | SendEffect
  /** What to show anew, and events that were not told before. */
  | { do: "changed"; things: Named[]; happened: HappenedView[] }
  /** Passing things that are not stored: typing, who is viewing. */
  | { do: "signal"; frame: Frame }
  | { do: "sent" | "failed"; id: string; status: number | null }
  | { do: "refused"; topic: string; detail: string };

/** Any frame of the desk. */
export type Frame = { type?: unknown } & Record<string, unknown>;
export type Snapshot = FollowingSnapshot & { outbox: Send[] };

const PING_EVERY = 30_000;
const PONG_WITHIN = 15_000;
/** A gateway closes sockets after two hours; leaving earlier is leaving at a moment of one's own. */
const OPEN_FOR = 110 * 60_000;

export class LiveClient {
  private readonly following: Following;
  private readonly outbox: Outbox;
  private connectAt: number | null = null;
  private failures = 0;
  private pingAt = 0;
  private pongBy: number | null = null;
  private openUntil = 0;

  constructor(private readonly chance: Chance) {
    this.following = new Following(chance);
    this.outbox = new Outbox(chance);
  }

  // --- what the user wants ---

  start(_now: number): Effect[] {
    this.connectAt = null;
    return [{ do: "connect" }];
  }

  follow(topics: Iterable<string>, now: number): Effect[] {
    return this.following.follow(topics, now);
  }

  leave(topics: Iterable<string>, now: number): Effect[] {
    return this.following.leave(topics, now);
  }

  /** Sent until the desk has it, in the order of its lane, and once: an attempt more goes under the same id. */
  send(send: Send, now: number): Effect[] {
    this.outbox.add(send);
    return this.outbox.due(now);
  }

  // --- what the world says ---

  connected(now: number): Effect[] {
    [this.connectAt, this.pongBy] = [null, null];
    [this.pingAt, this.openUntil] = [now + this.pingWait(), now + OPEN_FOR];
    this.outbox.hurry(now);
    return [...this.following.opened(now), ...this.outbox.due(now)];
  }

  /** The socket is closed, or could not be opened. */
  disconnected(now: number): Effect[] {
    if (this.connectAt === null) this.cutOff(now);
    return [];
  }

  /** A frame of the open socket. */
  received(frame: Frame, now: number): Effect[] {
    this.pongBy = null;
    switch (frame.type) {
      case "followed":
        this.failures = 0;
        return this.following.followed(frame as unknown as Followed, now);
      case "entries":
        return this.following.entries(frame as unknown as Entries, now);
      case "heads":
        return this.following.heads(frame as unknown as Heads, now);
      case "pong":
        return this.following.pong(frame as unknown as Pong, now);
      case "error":
        return frame["code"] === "not_connected"
          ? this.close(now)
          : this.following.error(frame as unknown as LiveError, now);
      case "left":
        return [];
      default:
        return typeof frame.type === "string" ? [{ do: "signal", frame }] : [];
    }
  }

  /** `answer`: the body of GET /v1/live, null where there was none. */
  fetched(id: string, answer: Missed | null, now: number): Effect[] {
    return this.following.fetched(id, answer, now);
  }

  /** `things`: all the topic has, null where it could not be read. */
  haveRead(id: string, things: Thing[] | null, now: number): Effect[] {
    return this.following.haveRead(id, things, now);
  }

  /** What the desk answered to a send; null where there was no answer. */
  answered(id: string, status: number | null, now: number): Effect[] {
    const outcome = this.outbox.answered(id, status, now);
    return [...(outcome === null ? [] : [{ do: outcome, id, status }]), ...this.outbox.due(now)];
  }

  tick(now: number): Effect[] {
    if (this.connectAt !== null && this.connectAt <= now) {
      this.connectAt = null;
      return [{ do: "connect" }, ...this.outbox.due(now)];
    }
    // Old, or dead: nothing came for long, whatever the socket believes.
    if (this.open && (this.openUntil <= now || (this.pongBy !== null && this.pongBy <= now))) return this.close(now);
    return [...this.ping(now), ...this.following.due(now), ...this.outbox.due(now)];
  }

  nextAt(): number | null {
    const line = this.open ? [this.pongBy, this.pingAt, this.openUntil] : [];
    return earliest([this.connectAt, this.outbox.nextAt(), ...line, ...this.following.times()]);
  }

  // --- what is known, and what is proven ---

  get open(): boolean {
    return this.following.open;
  }

  get store(): Store {
    return this.following.store;
  }

  get topics(): ReadonlyMap<string, Topic> {
    return this.following.topics;
  }

  /** Ids of what is still to be sent. */
  get waiting(): string[] {
    return this.outbox.ids;
  }

  /** Connected, and nothing that the desk has told of is missing. */
  get complete(): boolean {
    return this.open && this.following.held.every((topic) => topic.complete);
  }

  /** Up to date as of this time, in all topics: also true while disconnected. Null: not all have been read. */
  get asOf(): number | null {
    const held = this.following.held;
    return held.every((topic) => topic.read) ? earliest(held.map((topic) => topic.toldAt)) : null;
  }

  // --- to go on after the process ended ---

  /** All that is needed to go on, as JSON holds it. Take it whole, between two calls. */
  snapshot(): Snapshot {
    return { ...this.following.snapshot(), outbox: this.outbox.snapshot() };
  }

  static restored(snapshot: Snapshot, chance: Chance): LiveClient {
    const client = new LiveClient(chance);
    client.following.restore(snapshot);
    client.outbox.restore(snapshot.outbox);
    return client;
  }

  // --- the line ---

  private ping(now: number): Effect[] {
    if (!this.open || this.pingAt > now) return [];
    [this.pingAt, this.pongBy] = [now + this.pingWait(), now + PONG_WITHIN];
    return [say({ action: "ping", seqs: this.following.seqs })];
  }

  private pingWait(): number {
    return Math.floor(PING_EVERY * (0.8 + 0.4 * this.chance()));
  }

  private close(now: number): Effect[] {
    this.cutOff(now);
    return [{ do: "close" }];
  }

  private cutOff(now: number): void {
    this.pongBy = null;
    this.following.cutOff();
    this.connectAt = now + backOff(this.failures, this.chance);
    this.failures += 1;
  }
}
