/** Sends what was written: at once on the screen, in order for each conversation, once at the desk.
 *
 * Every tab holds the same rows; one of them, the leader, sends. The rules (order, waits, what is worth another attempt) are
 * the reference client's. */

import { Outbox as Rules } from "parley-live";
import type { Pending } from "./outbox";
import type { Shelf } from "./shelf";

/** A row as it is kept: what is shown, what goes to the desk, and what goes back into the composer. */
export interface Sending extends Pending {
  /** The same as `clientId`. */
  id: string;
  to: "messages" | "notes" | "legs";
  body: Record<string, unknown>;
  back: unknown;
  /** Resolve the conversation once it is stored. */
  resolve: boolean;
}

export interface Answer {
  /** Null: there was none. */
  status: number | null;
  refusal?: NonNullable<Pending["refusal"]>;
}

/** Between the tabs of one browser. */
export type News = { is: "row"; row: Sending; again: boolean } | { is: "gone"; id: string };

export interface EngineParts {
  shelf: Shelf<Sending>;
  /** Never throws. What was stored is on the screen once it answers. */
  post: (row: Sending) => Promise<Answer>;
  tell: (news: News) => void;
  now?: () => number;
  chance?: () => number;
}

const NONE: readonly Sending[] = [];
/** Longer than any wait that is not another attempt. */
const GONE = 410;

export class OutboxEngine {
  private readonly rows = new Map<string, Sending>();
  private readonly rules: Rules;
  private readonly listeners = new Set<() => void>();
  private readonly now: () => number;
  private lists = new Map<string, readonly Sending[]>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private leads = false;
  private ended = false;

  constructor(private readonly parts: EngineParts) {
    this.now = parts.now ?? Date.now;
    this.rules = new Rules(parts.chance ?? Math.random);
  }

  /** What an earlier page left. */
  async restore(): Promise<void> {
    const kept = await this.parts.shelf.all();
    for (const row of kept) if (!this.rows.has(row.id)) this.rows.set(row.id, row);
    this.changed();
  }

  /** This tab sends from now on. */
  lead(): void {
    this.leads = true;
    for (const row of this.oldestFirst()) if (row.state !== "refused") this.enter(row);
    this.pump();
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  // --- what is shown ---

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Oldest first; the same array as long as nothing of it changes. */
  of(conversationId: string): readonly Sending[] {
    const list = this.lists.get(conversationId);
    if (list !== undefined) return list;
    const found = this.oldestFirst().filter((row) => row.conversationId === conversationId);
    this.lists.set(conversationId, found.length === 0 ? NONE : found);
    return this.lists.get(conversationId) ?? NONE;
  }

  has(id: string): boolean {
    return this.rows.has(id);
  }

  get isEmpty(): boolean {
    return this.rows.size === 0;
  }

  // --- what a person does ---

  add(row: Sending): void {
    this.hold(row);
    void this.parts.shelf.put(row).then(() => {
      this.parts.tell({ is: "row", row, again: true });
      this.send(row);
    });
  }

  /** A refusal that only asks whether it is still meant is answered by asking again. */
  retry(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    const { refusal, ...rest } = row;
    const { seen: _, ...unseen } = row.body;
    this.add({ ...rest, body: refusal?.code === "moved_on" ? unseen : row.body, state: "sending" });
  }

  drop(id: string): Sending | undefined {
    const row = this.rows.get(id);
    if (row === undefined) return undefined;
    this.forget(id);
    this.parts.tell({ is: "gone", id });
    return row;
  }

  /** The screen has the stored one: this one is shown no more, and is sent until there is an answer. */
  settled(id: string): void {
    if (this.rows.delete(id)) this.changed();
  }

  // --- what the world says ---

  heard(news: News): void {
    if (news.is === "gone") return this.forget(news.id, false);
    this.hold(news.row);
    if (news.again) this.send(news.row);
  }

  /** The line is there again. */
  hurry(): void {
    this.rules.hurry(this.now());
    this.pump();
  }

  // --- sending ---

  private send(row: Sending): void {
    if (!this.leads || row.state === "refused") return;
    this.enter(row);
    this.hurry();
  }

  private readonly meant = new Map<string, Sending>();

  private enter(row: Sending): void {
    this.meant.set(row.id, row);
    this.rules.add({ id: row.id, lane: row.conversationId, method: "POST", path: row.to, body: row.body });
  }

  private pump(): void {
    if (!this.leads || this.ended) return;
    for (const { id } of this.rules.due(this.now())) {
      const row = this.meant.get(id);
      if (row === undefined) this.rules.answered(id, GONE, this.now());
      else void this.parts.post(row).then((answer) => this.answered(row, answer));
    }
    clearTimeout(this.timer);
    const next = this.rules.nextAt();
    if (next !== null) this.timer = setTimeout(() => this.pump(), Math.max(0, next - this.now()));
  }

  private answered(row: Sending, { status, refusal }: Answer): void {
    const outcome = this.rules.answered(row.id, status, this.now());
    if (outcome === "sent") {
      this.forget(row.id);
      this.parts.tell({ is: "gone", id: row.id });
    } else if (this.rows.has(row.id)) {
      const after: Sending = outcome === "failed" ? { ...row, state: "refused", ...(refusal && { refusal }) } : { ...row, state: "waiting" };
      this.hold(after);
      if (outcome === "failed") {
        this.meant.delete(row.id);
        void this.parts.shelf.put(after);
      }
      this.parts.tell({ is: "row", row: after, again: false });
    }
    this.pump();
  }

  private forget(id: string, kept = true): void {
    this.rows.delete(id);
    this.meant.delete(id);
    if (kept) void this.parts.shelf.remove(id);
    this.changed();
    if (this.leads) this.hurry();
  }

  private hold(row: Sending): void {
    this.rows.set(row.id, row);
    this.changed();
  }

  private changed(): void {
    this.lists = new Map();
    for (const listener of this.listeners) listener();
  }

  private oldestFirst(): Sending[] {
    return [...this.rows.values()].sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  }
}
