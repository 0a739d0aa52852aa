/** The live client of clients/typescript in a browser: it says what is to be done, this does it. */

import { LiveClient, type Effect, type Frame, type Missed, type Named, type Thing } from "parley-live";
import type { HappenedView, Said } from "parley-live";

export interface Line {
  /** An address that opens one socket, once. */
  ticket(): Promise<string>;
  /** GET /live. */
  fetch(topics: string): Promise<Missed>;
  open(address: string): WebSocket;
}

export type LiveState = "connecting" | "live" | "catching_up" | "reconnecting" | "offline";

export interface LiveStatus {
  state: LiveState;
  /** Up to date as of then: milliseconds since 1970; null: not yet. */
  asOf: number | null;
  /** Since when it is not live any more. */
  since: number | null;
}

/** What a page wants to be told. Every part is optional. */
export interface Follower {
  topics: readonly string[];
  /** All that a topic has, by the REST API; needed where its things are shown from the store. */
  read?: (topic: string) => Promise<Thing[]>;
  /** Things that changed, and what happened to them. */
  changed?: (things: Named[], happened: HappenedView[]) => void;
  /** What passes: typing, gauges, the floor. */
  signal?: (frame: Frame) => void;
  /** What was missed cannot be told: read anew. Also called once in the beginning. */
  reset?: (topic: string) => void;
}

const READ_AGAIN = 5_000;
/** A socket that does not open within this time is given up: browsers wait for minutes. */
const OPEN_WITHIN = 15_000;

export class LiveDesk {
  private readonly client: LiveClient;
  private readonly followers = new Set<Follower>();
  private readonly listeners = new Set<() => void>();
  private readonly watchers = new Map<string, Set<() => void>>();
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  /** The newest attempt to connect; what older ones bring is not wanted any more. */
  private attempt = 0;
  private shown: LiveStatus = { state: "connecting", asOf: null, since: null };

  constructor(
    private readonly line: Line,
    private readonly now: () => number = Date.now,
    private readonly online: () => boolean = () => navigator.onLine,
    chance: () => number = Math.random,
  ) {
    this.client = new LiveClient(chance);
  }

  get store(): LiveClient["store"] {
    return this.client.store;
  }

  start(): void {
    this.running = true;
    this.perform(this.client.start(this.now()));
  }

  /** Nothing is done or told any more. */
  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }

  /** Until the function that is answered is called. */
  follow(follower: Follower): () => void {
    this.followers.add(follower);
    this.perform(this.client.follow(follower.topics, this.now()));
    return () => {
      this.followers.delete(follower);
      const kept = new Set([...this.followers].flatMap((each) => [...each.topics]));
      this.perform(this.client.leave(follower.topics.filter((topic) => !kept.has(topic)), this.now()));
    };
  }

  readonly status = (): LiveStatus => this.shown;

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Told when this thing, or (without an id) any of this kind, is another one than before. */
  watch(kind: string, id: string | null, watcher: () => void): () => void {
    const key = id === null ? kind : `${kind}/${id}`;
    const all = this.watchers.get(key) ?? new Set();
    this.watchers.set(key, all.add(watcher));
    return () => {
      all.delete(watcher);
      if (all.size === 0) this.watchers.delete(key);
    };
  }

  /** What an answer has told before it is pushed. */
  learn(topic: string, things: Thing[]): void {
    if (!this.client.topics.has(topic)) return;
    const news = things.filter((thing) => this.store.merge(topic, 0, thing));
    this.wake(news.map(({ kind, id }) => [kind, id]));
  }

  /** What is not wanted any more of what a topic has told: it can be read again. */
  drop(topic: string, keys: string[]): void {
    this.wake(this.store.drop(topic, keys));
  }

  /** The browser says that the line is back, or gone. Back: a socket of before may be dead without knowing it, so another
   * one is opened at once. */
  lineChanged(): void {
    if (this.running && this.online()) {
      this.failed();
      this.perform(this.client.start(this.now()));
    }
    this.look();
  }

  say(frame: Said): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  // --- effects ---

  private perform(effects: Effect[]): void {
    if (!this.running) return;
    for (const effect of effects) this.one(effect);
    this.wait();
    this.look();
  }

  private one(effect: Effect): void {
    switch (effect.do) {
      case "connect":
        return void this.connect();
      case "close":
        return this.hangUp();
      case "say":
        return this.say(effect.frame);
      case "fetch":
        return void this.fetch(effect.id, effect.topics);
      case "read":
        return void this.read(effect.id, effect.topic);
      case "changed":
        this.wake(effect.things);
        return this.tell((each) => each.changed?.(effect.things, effect.happened));
      case "signal":
        return this.tell((each) => each.signal?.(effect.frame));
      default:
        return;
    }
  }

  private wake(things: Named[]): void {
    const keys = new Set(things.flatMap(([kind, id]) => [kind, `${kind}/${id}`]));
    for (const key of keys) for (const watcher of [...(this.watchers.get(key) ?? [])]) watcher();
  }

  private tell(what: (follower: Follower) => void): void {
    for (const follower of [...this.followers]) what(follower);
  }

  private async connect(): Promise<void> {
    const attempt = ++this.attempt;
    const isNewest = () => this.running && this.attempt === attempt;
    const late = setTimeout(() => isNewest() && this.failed(), OPEN_WITHIN);
    let address: string;
    try {
      address = await this.line.ticket();
    } catch {
      clearTimeout(late);
      return isNewest() ? this.failed() : undefined;
    }
    if (!isNewest()) return clearTimeout(late);
    const socket = this.line.open(address);
    this.socket = socket;
    // A socket that was given up says nothing more.
    const mine = (act: () => Effect[]) => () => {
      clearTimeout(late);
      if (this.socket === socket) this.perform(act());
    };
    socket.onopen = mine(() => this.client.connected(this.now()));
    socket.onclose = mine(() => {
      this.socket = null;
      return this.client.disconnected(this.now());
    });
    socket.onmessage = ({ data }) => {
      const frame = parsed(data);
      if (this.socket === socket && frame !== null) this.perform(this.client.received(frame, this.now()));
    };
  }

  /** There is no line, whatever was begun. */
  private failed(): void {
    this.attempt += 1;
    this.hangUp();
    this.perform(this.client.disconnected(this.now()));
  }

  private hangUp(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private async fetch(id: string, topics: Record<string, string | null>): Promise<void> {
    const asked = Object.entries(topics).map(([topic, place]) => (place === null ? topic : `${topic}@${place}`));
    const answer = await this.line.fetch(asked.join(",")).catch(() => null);
    this.perform(this.client.fetched(id, answer, this.now()));
  }

  private async read(id: string, topic: string): Promise<void> {
    const concerned = [...this.followers].filter((each) => each.topics.includes(topic));
    for (const each of concerned) each.reset?.(topic);
    let things: Thing[] | null;
    try {
      things = (await Promise.all(concerned.map((each) => each.read?.(topic) ?? []))).flat();
    } catch {
      things = null;
    }
    this.perform(this.client.haveRead(id, things, this.now()));
  }

  // --- time ---

  private wait(): void {
    clearTimeout(this.timer);
    const next = this.client.nextAt();
    const wait = next === null ? READ_AGAIN : Math.max(0, next - this.now());
    this.timer = setTimeout(() => this.perform(this.client.tick(this.now())), Math.min(wait, READ_AGAIN));
  }

  private look(): void {
    const state = this.state();
    const since = state === "live" || state === "connecting" ? null : (this.shown.since ?? this.now());
    const asOf = this.client.asOf;
    if (state === this.shown.state && asOf === this.shown.asOf && since === this.shown.since) return;
    this.shown = { state, asOf, since };
    for (const listener of this.listeners) listener();
  }

  private state(): LiveState {
    if (!this.online()) return "offline";
    if (this.client.complete) return "live";
    if (this.client.open) return this.shown.state === "connecting" ? "connecting" : "catching_up";
    return this.shown.state === "connecting" ? "connecting" : "reconnecting";
  }
}

function parsed(data: unknown): Frame | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === "object" && frame !== null ? (frame as Frame) : null;
  } catch {
    return null;
  }
}
