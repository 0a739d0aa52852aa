import type { LiveEntry } from "./protocol.js";

/** Entries that came before one that is missing. A longer gap is fetched whole. */
const MAX_EARLY = 200;

export interface TopicSnapshot {
  seq: number | null;
  told_at: number;
  read: boolean;
  begun_at: number;
}

/** One topic as a client holds it: how far it has come, what it has heard of, what came too early. */
export class Topic {
  /** Everything up to this number is here; null before the first answer. */
  seq: number | null = null;
  /** Up to when, as the desk said. */
  toldAt = 0;
  /** Where counting began, and whether what there was before has been read by the REST API. */
  begunAt = 0;
  read = false;
  /** The highest number heard of. */
  head = 0;
  /** On the open socket. */
  followed = false;
  more = false;
  refused: string | null = null;
  /** Requests on their way. */
  asking: string | null = null;
  reading: string | null = null;
  /** When to ask for what is missing, and again. */
  gapAt: number | null = null;
  retryAt: number | null = null;
  attempts = 0;
  resets = 0;
  private early = new Map<number, LiveEntry>();

  constructor(readonly name: string) {}

  static from(name: string, kept: TopicSnapshot): Topic {
    const topic = new Topic(name);
    [topic.seq, topic.toldAt, topic.read, topic.begunAt] = [kept.seq, kept.told_at, kept.read, kept.begun_at];
    return topic;
  }

  get place(): string | null {
    return this.seq === null ? null : `${this.seq}.${this.toldAt}`;
  }

  get behind(): boolean {
    return this.seq !== null && (this.head > this.seq || this.more);
  }

  /** Nothing that the desk has told of is missing. */
  get complete(): boolean {
    return this.followed && this.read && !this.behind;
  }

  get newestEarly(): number {
    return Math.max(0, ...this.early.keys());
  }

  /** The entries that are next, now that this one is here: none where it is known or comes too early. */
  take(entry: LiveEntry): LiveEntry[] {
    this.head = Math.max(this.head, entry.seq);
    if (this.seq === null || entry.seq > this.seq + 1) {
      if (this.early.size < MAX_EARLY) this.early.set(entry.seq, entry);
      return [];
    }
    if (entry.seq <= this.seq) return [];
    this.seq = entry.seq;
    return [entry, ...this.drain()];
  }

  /** Early entries whose turn it is. */
  drain(): LiveEntry[] {
    const found: LiveEntry[] = [];
    if (this.seq === null) return found;
    for (let next = this.early.get(this.seq + 1); next !== undefined; next = this.early.get(this.seq + 1)) {
      this.seq += 1;
      found.push(next);
    }
    for (const number of [...this.early.keys()]) if (number <= this.seq) this.early.delete(number);
    return found;
  }

  /** The socket is closed: what was asked on it is not answered any more. */
  cutOff(): void {
    [this.followed, this.asking, this.gapAt] = [false, null, null];
    this.head = this.seq ?? 0;
    this.early.clear();
  }

  snapshot(): TopicSnapshot {
    return { seq: this.seq, told_at: this.toldAt, read: this.read, begun_at: this.begunAt };
  }
}
