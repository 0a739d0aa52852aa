/** Following topics: what is asked for, what comes, and what is still missing. Gives effects: see `client`. */

import type { Entries, Followed, Heads, LiveEntry, LiveError, LiveTopic, Pong, Said, HappenedView } from "./protocol.js";
import { Store, thingFrom, type Named, type StoreSnapshot, type Thing } from "./store.js";
import { backOff, milliseconds, type Chance } from "./times.js";
import { Topic, type TopicSnapshot } from "./topic.js";
import type { Effect } from "./client.js";

const ANSWER_WITHIN = 10_000;
const GAP_WAIT = 300;
const MAX_TOPICS = 60;
/** Events that were told already: a repeated stream record makes another entry of the same event. */
const MAX_TOLD = 5_000;

export interface FollowingSnapshot extends StoreSnapshot {
  topics: Record<string, TopicSnapshot>;
  told: string[];
}

/** The body of GET /v1/live. */
export type Missed = Pick<Followed, "as_of" | "cursor" | "topics">;

export class Following {
  readonly store = new Store();
  readonly topics = new Map<string, Topic>();
  open = false;
  private requests = 0;
  /** Requests on the socket that were not answered yet: their topics, and until when to wait. */
  private pending = new Map<string, { names: string[]; until: number }>();
  private told = new Set<string>();

  constructor(private readonly chance: Chance) {}

  get held(): Topic[] {
    return [...this.topics.values()].filter((topic) => topic.refused === null);
  }

  /** What a ping tells. */
  get seqs(): Record<string, number> {
    const seqs: Record<string, number> = {};
    for (const topic of this.held) if (topic.followed && topic.seq !== null) seqs[topic.name] = topic.seq;
    return seqs;
  }

  /** When there is something to do. */
  times(): Array<number | null> {
    const pending = [...this.pending.values()].map(({ until }) => until);
    return [...pending, ...[...this.topics.values()].flatMap((topic) => [topic.gapAt, topic.retryAt])];
  }

  /** Throws a RangeError for more topics than a socket follows. */
  follow(names: Iterable<string>, now: number): Effect[] {
    const wanted = [...new Set(names)].filter((name) => !this.topics.has(name));
    if (this.topics.size + wanted.length > MAX_TOPICS) throw new RangeError(`at most ${MAX_TOPICS} topics`);
    for (const name of wanted) this.topics.set(name, new Topic(name));
    return this.open ? this.ask(this.named(wanted), now) : [];
  }

  leave(names: Iterable<string>, _now: number): Effect[] {
    const gone = this.named(new Set(names));
    const changed = gone.flatMap((topic) => this.store.forget(topic.name));
    for (const topic of gone) this.topics.delete(topic.name);
    const followed = gone.filter((topic) => topic.followed).map((topic) => topic.name);
    const said = followed.length > 0 && this.open ? [say({ action: "leave", topics: followed })] : [];
    return [...said, ...changedEffect(changed, [])];
  }

  opened(now: number): Effect[] {
    this.open = true;
    return this.ask(this.held, now);
  }

  cutOff(): void {
    this.open = false;
    this.pending.clear();
    for (const topic of this.topics.values()) topic.cutOff();
  }

  // --- what the desk says ---

  followed(frame: Followed, now: number): Effect[] {
    for (const topic of this.asked(frame.request)) [topic.asking, topic.followed] = [null, true];
    return this.caught(frame.topics, now);
  }

  entries(frame: Entries, now: number): Effect[] {
    return this.taken(frame.entries, now);
  }

  /** What is too much to be pushed: it is fetched. */
  heads(frame: Heads, now: number): Effect[] {
    return Object.entries(frame.heads).flatMap(([name, head]) => {
      const topic = this.topics.get(name);
      if (topic === undefined) return [];
      topic.head = Math.max(topic.head, head);
      return this.catchUp(topic, now);
    });
  }

  pong(frame: Pong, now: number): Effect[] {
    const asOf = milliseconds(frame.as_of);
    for (const [name, head] of Object.entries(frame.heads)) {
      const topic = this.topics.get(name);
      // Before a topic is followed on this socket, a number says nothing: it may have stood still meanwhile.
      if (topic === undefined || !topic.followed || topic.seq === null) continue;
      topic.head = Math.max(topic.head, head);
      if (topic.seq >= head) topic.toldAt = Math.max(topic.toldAt, asOf);
      else topic.gapAt ??= now + GAP_WAIT;
    }
    const lost = this.named(frame.lost).filter((topic) => topic.asking === null);
    for (const topic of lost) topic.followed = false;
    return this.ask(lost, now);
  }

  /** A request that was refused, or cannot be answered now. */
  error(frame: LiveError, now: number): Effect[] {
    const asked = this.asked(frame.request);
    for (const topic of asked) topic.asking = null;
    if (frame.code === "unavailable") return this.later(asked, now);
    // One of them is at fault: asked one by one, the others go on.
    if (asked.length > 1) return asked.flatMap((topic) => this.ask([topic], now));
    return asked.flatMap((topic) => this.refuse(topic, frame, now));
  }

  /** `answer`: null where there was none. */
  fetched(id: string, answer: Missed | null, now: number): Effect[] {
    const mine = [...this.topics.values()].filter((topic) => topic.asking === id);
    if (answer === null) return this.later(mine, now);
    for (const topic of mine) topic.asking = null;
    return this.caught(answer.topics, now);
  }

  /** `things`: all the topic has, null where it could not be read. */
  haveRead(id: string, things: Thing[] | null, now: number): Effect[] {
    const topic = [...this.topics.values()].find((each) => each.reading === id);
    if (topic === undefined) return [];
    topic.reading = null;
    if (things === null) {
      topic.attempts += 1;
      topic.retryAt = now + backOff(topic.attempts, this.chance);
      return [];
    }
    [topic.read, topic.attempts] = [true, 0];
    return changedEffect(this.store.read(topic.name, topic.begunAt, things.map(thingFrom)), []);
  }

  private refuse(topic: Topic, frame: LiveError, now: number): Effect[] {
    if (topic.seq !== null) {
      // Perhaps it is the place that it does not take: begin anew.
      [topic.seq, topic.read, topic.toldAt, topic.more, topic.head] = [null, false, 0, false, 0];
      return this.ask([topic], now);
    }
    topic.refused = frame.detail;
    return [{ do: "refused", topic: topic.name, detail: topic.refused }];
  }

  // --- catching up ---

  private caught(parts: LiveTopic[], now: number): Effect[] {
    return parts.flatMap((part) => {
      const topic = this.topics.get(part.topic);
      return topic === undefined ? [] : this.caughtTopic(topic, part, now);
    });
  }

  private caughtTopic(topic: Topic, part: LiveTopic, now: number): Effect[] {
    const effects: Effect[] = [];
    const placeAt = Number(part.place.split(".")[1]);
    [topic.attempts, topic.gapAt, topic.retryAt] = [0, null, null];
    if (part.reset || topic.seq === null) effects.push(...this.begin(topic, part, placeAt));
    effects.push(...this.taken(part.entries, now), ...this.shown(topic, topic.drain()));
    if (topic.seq !== null && topic.seq >= part.seq) topic.toldAt = Math.max(topic.toldAt, placeAt);
    topic.more = part.more;
    topic.head = Math.max(topic.head, part.seq);
    if (topic.more) return [...effects, ...this.fetch(topic)];
    if (topic.behind) topic.gapAt = now + GAP_WAIT;
    // The process ended before it was read.
    if (!topic.read && topic.reading === null) effects.push(...this.readAnew(topic));
    return effects;
  }

  /** Count from here, and read what there is: what was before cannot be told. */
  private begin(topic: Topic, part: LiveTopic, placeAt: number): Effect[] {
    const heard = topic.seq === null ? topic.head : 0;
    topic.resets += Number(part.reset);
    topic.seq = topic.begunAt = part.seq;
    topic.toldAt = placeAt;
    topic.head = Math.max(part.seq, heard, topic.newestEarly);
    topic.read = false;
    return this.readAnew(topic);
  }

  private taken(entries: LiveEntry[], now: number): Effect[] {
    return entries.flatMap((entry) => {
      const topic = this.topics.get(entry.topic);
      if (topic === undefined) return [];
      const effects = this.shown(topic, topic.take(entry));
      // Perhaps it is only late.
      if (topic.behind && topic.followed && topic.asking === null) topic.gapAt ??= now + GAP_WAIT;
      return effects;
    });
  }

  private shown(topic: Topic, entries: LiveEntry[]): Effect[] {
    const changed: Named[] = [];
    const happened: HappenedView[] = [];
    for (const entry of entries)
      for (const change of entry.changes) {
        const thing = thingFrom(change);
        if (this.store.merge(topic.name, entry.seq, thing)) changed.push([thing.kind, thing.id]);
        happened.push(...change.happened.filter((event) => this.isNews(event.id)));
      }
    return changedEffect(changed, happened);
  }

  private isNews(eventId: string): boolean {
    if (this.told.has(eventId)) return false;
    this.told.add(eventId);
    if (this.told.size > MAX_TOLD) for (const oldest of this.told) return this.told.delete(oldest);
    return true;
  }

  private catchUp(topic: Topic, now: number): Effect[] {
    topic.gapAt = null;
    if (!topic.behind || topic.asking !== null || topic.seq === null || !this.open) return [];
    return topic.more ? this.fetch(topic) : this.ask([topic], now);
  }

  private ask(topics: Topic[], now: number): Effect[] {
    if (topics.length === 0) return [];
    const request = this.nextId("f");
    const places: Record<string, string | null> = {};
    for (const topic of topics) {
      topic.asking = request;
      places[topic.name] = topic.place;
    }
    this.pending.set(request, { names: topics.map((topic) => topic.name), until: now + ANSWER_WITHIN });
    return [say({ action: "follow", topics: places, request })];
  }

  private fetch(topic: Topic): Effect[] {
    topic.asking = this.nextId("q");
    return [{ do: "fetch", id: topic.asking, topics: { [topic.name]: topic.place } }];
  }

  private readAnew(topic: Topic): Effect[] {
    topic.reading = this.nextId("r");
    return [{ do: "read", id: topic.reading, topic: topic.name }];
  }

  private later(topics: Topic[], now: number): Effect[] {
    for (const topic of topics) {
      topic.asking = null;
      topic.attempts += 1;
      topic.retryAt = now + backOff(topic.attempts, this.chance);
    }
    return [];
  }

  due(now: number): Effect[] {
    this.forgetUnanswered(now);
    return [...this.topics.values()].flatMap((topic) => [
      ...(topic.gapAt !== null && topic.gapAt <= now ? this.catchUp(topic, now) : []),
      ...(topic.retryAt !== null && topic.retryAt <= now ? this.retry(topic, now) : []),
    ]);
  }

  private retry(topic: Topic, now: number): Effect[] {
    topic.retryAt = null;
    const effects: Effect[] = [];
    if (topic.seq !== null && !topic.read && topic.reading === null) effects.push(...this.readAnew(topic));
    if (topic.asking === null && this.open && (topic.behind || !topic.followed))
      effects.push(...(topic.more && topic.followed ? this.fetch(topic) : this.ask([topic], now)));
    return effects;
  }

  private forgetUnanswered(now: number): void {
    for (const [request, { names, until }] of [...this.pending])
      if (until <= now) {
        this.pending.delete(request);
        this.later(this.named(names), now);
      }
  }

  private asked(request: string | undefined): Topic[] {
    const names = request === undefined ? [] : (this.pending.get(request)?.names ?? []);
    if (request !== undefined) this.pending.delete(request);
    return this.named(names);
  }

  private named(names: Iterable<string>): Topic[] {
    return [...names].flatMap((name) => this.topics.get(name) ?? []);
  }

  private nextId(prefix: string): string {
    this.requests += 1;
    return `${prefix}${this.requests}`;
  }

  // --- to go on after the process ended ---

  snapshot(): FollowingSnapshot {
    const topics = Object.fromEntries(this.held.map((topic) => [topic.name, topic.snapshot()]));
    return { topics, ...this.store.snapshot(), told: [...this.told] };
  }

  restore(snapshot: FollowingSnapshot): void {
    for (const [name, kept] of Object.entries(snapshot.topics)) this.topics.set(name, Topic.from(name, kept));
    this.store.restore(snapshot);
    this.told = new Set(snapshot.told);
  }
}

export function say(frame: Said): Effect {
  return { do: "say", frame };
}

export function changedEffect(things: Named[], happened: HappenedView[]): Effect[] {
  const named = [...new Map(things.map((each) => [each.join("/"), each])).values()];
  return named.length === 0 && happened.length === 0 ? [] : [{ do: "changed", things: named, happened }];
}
