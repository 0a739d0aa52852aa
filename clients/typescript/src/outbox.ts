/** What is to be sent: in order for each lane (a conversation), each under an id of its own, until the desk has it.
 *
 * The id goes with the request, and the desk does a thing once for each id. So whatever became of an attempt, sending the
 * same again is right, and never sends twice. */

import { backOff, earliest, type Chance } from "./times.js";

/** `path` and `body` as the REST API takes them; `body` has `client_id`, which is `id`. */
export interface Send {
  id: string;
  lane: string;
  method: string;
  path: string;
  body: Record<string, unknown>;
}

export interface SendEffect {
  do: "send";
  id: string;
  method: string;
  path: string;
  body: Record<string, unknown>;
}

interface Waiting extends Send {
  attempts: number;
  dueAt: number;
  flying: boolean;
}

/** Not the fault of what was sent: not signed in (any more), too slow, too many, not now. */
const PASSING = new Set([401, 408, 425, 429]);

export class Outbox {
  private waiting: Waiting[] = [];

  constructor(private readonly chance: Chance) {}

  get ids(): string[] {
    return this.waiting.map((send) => send.id);
  }

  /** Once for each id. */
  add(send: Send): void {
    if (!this.waiting.some((other) => other.id === send.id))
      this.waiting.push({ ...send, attempts: 0, dueAt: 0, flying: false });
  }

  /** Those to send now: the first of each lane, where it is due and not on its way. */
  due(now: number): SendEffect[] {
    const ready = this.first().filter((send) => !send.flying && send.dueAt <= now);
    for (const send of ready) {
      send.flying = true;
      send.attempts += 1;
    }
    return ready.map(({ id, method, path, body }) => ({ do: "send", id, method, path, body }));
  }

  /** `sent`, `failed`, or null where it is tried again. `status` null: there was no answer. */
  answered(id: string, status: number | null, now: number): "sent" | "failed" | null {
    const send = this.waiting.find((each) => each.id === id && each.flying);
    if (send === undefined) return null;
    send.flying = false;
    if (status === null || PASSING.has(status) || status >= 500) {
      send.dueAt = now + backOff(send.attempts, this.chance);
      return null;
    }
    this.waiting = this.waiting.filter((each) => each !== send);
    return status < 300 ? "sent" : "failed";
  }

  /** The line is there again: nothing waits any longer. */
  hurry(now: number): void {
    for (const send of this.waiting) send.dueAt = Math.min(send.dueAt, now);
  }

  nextAt(): number | null {
    return earliest(this.first().map((send) => (send.flying ? null : send.dueAt)));
  }

  /** What was on its way may or may not have arrived: it is sent again. */
  snapshot(): Send[] {
    return this.waiting.map(({ id, lane, method, path, body }) => ({ id, lane, method, path, body }));
  }

  restore(sends: Send[]): void {
    this.waiting = [];
    for (const send of sends) this.add(send);
  }

  private first(): Waiting[] {
    const lanes = new Set<string>();
    return this.waiting.filter((send) => !lanes.has(send.lane) && lanes.add(send.lane));
  }
}
