/** What the visitor wrote, until the desk has it: kept, in order, repeated under the same id, never sent as another. */

import { Outbox } from "../../../clients/typescript/src/outbox";
import { Refused, type Api, type Written } from "./api";
import type { Pending } from "./thread";
import { uuid7 } from "./uuid7";

export const OUT = "out:";
const LANE = "out";

export interface Desk {
  api: Api;
  keep(key: string, value: string | null): void;
  /** A token; made where there is none, or where the desk does not take it (any more). Throws as the API does. */
  session(anew: boolean): Promise<void>;
  now(): number;
  setClock(date: number): void;
  changed(): void;
  /** The first id of what the desk has taken, to look for it. */
  taken(): void;
}

export class Sending {
  pending: Pending[] = [];
  private readonly outbox = new Outbox(Math.random);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly desk: Desk) {}

  /** What an earlier page could not send. */
  restore(kept: Record<string, string>): void {
    const written = Object.entries(kept).flatMap(([key, value]) => (key.startsWith(OUT) ? parsed(value) : []));
    for (const each of written.sort((a, b) => (a.client_id < b.client_id ? -1 : 1))) this.put(each);
    this.pump();
  }

  send(what: Omit<Written, "client_id">): void {
    const written = { client_id: uuid7(this.desk.now()), ...what };
    this.desk.keep(OUT + written.client_id, JSON.stringify(written));
    this.put(written);
    this.desk.changed();
    this.pump();
  }

  /** Once more, after it was refused. */
  again(id: string): void {
    const pending = this.of(id);
    if (pending === undefined) return;
    this.drop(id);
    const { client_id: _, ...what } = pending.written;
    this.send(what);
  }

  /** Taken back before it went out; gives what was written. */
  drop(id: string): Written | null {
    const pending = this.of(id);
    if (pending === undefined || pending.state === "accepted") return null;
    this.forget(id);
    this.desk.changed();
    return pending.written;
  }

  /** The line is there again. */
  hurry(): void {
    this.outbox.hurry(Date.now());
    this.pump();
  }

  keepOnly(pending: Pending[]): void {
    this.pending = pending;
  }

  get hasUnsent(): boolean {
    return this.pending.some((each) => each.state === "waiting");
  }

  private put(written: Written): void {
    if (this.of(written.client_id)) return;
    this.pending = [...this.pending, { written, state: "waiting", reason: "" }];
    this.outbox.add({ id: written.client_id, lane: LANE, method: "POST", path: "messages", body: {} });
  }

  private pump(): void {
    clearTimeout(this.timer);
    for (const effect of this.outbox.due(Date.now())) void this.attempt(effect.id);
    const next = this.outbox.nextAt();
    if (next !== null) this.timer = setTimeout(() => this.pump(), Math.max(50, next - Date.now()));
  }

  private async attempt(id: string): Promise<void> {
    const status = await this.post(id);
    const outcome = this.outbox.answered(id, status, Date.now());
    if (outcome === "sent") {
      this.desk.keep(OUT + id, null);
      this.set(id, "accepted");
      this.desk.taken();
    }
    this.desk.changed();
    this.pump();
  }

  private async post(id: string): Promise<number | null> {
    const written = this.of(id)?.written;
    // Taken back meanwhile.
    if (written === undefined) return 204;
    try {
      await this.desk.session(false);
      await this.desk.api.write(written);
      return 202;
    } catch (fault) {
      return fault instanceof Refused ? this.refused(id, fault) : null;
    }
  }

  private async refused(id: string, refusal: Refused): Promise<number> {
    if (refusal.status === 401) await this.desk.session(true).catch(() => undefined);
    if (refusal.field === "client_id" && refusal.date !== null) {
      // Nothing refused is stored, so it may go under an id by the desk's clock.
      this.desk.setClock(refusal.date);
      this.again(id);
    } else if (refusal.status < 500 && ![401, 408, 425, 429].includes(refusal.status)) {
      this.set(id, "failed", refusal.detail);
    }
    return refusal.status;
  }

  private set(id: string, state: Pending["state"], reason = ""): void {
    this.pending = this.pending.map((each) => (each.written.client_id === id ? { ...each, state, reason } : each));
  }

  private forget(id: string): void {
    this.pending = this.pending.filter((each) => each.written.client_id !== id);
    this.desk.keep(OUT + id, null);
  }

  private of(id: string): Pending | undefined {
    return this.pending.find((each) => each.written.client_id === id);
  }
}

function parsed(value: string): Written[] {
  try {
    const written: unknown = JSON.parse(value);
    return typeof written === "object" && written !== null && "client_id" in written ? [written as Written] : [];
  } catch {
    return [];
  }
}
