/** How far the visitor is: what is on their screen, what they have read, what waits for them. */

import type { Api } from "./api";
import type { State } from "./state";
import { newest, unseen } from "./thread";

/** Read is what stood before somebody's eyes for a moment. */
const READ_AFTER = 600;

export interface Marked {
  state(): State;
  seen(id: string): void;
  unread(count: number): void;
}

export class Marks {
  private deliveredTo = "";
  private readTo = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly marked: Marked,
  ) {}

  delivered(): void {
    const last = this.last();
    if (last <= this.deliveredTo) return;
    this.deliveredTo = last;
    void this.api.mark("delivered", last).catch(() => (this.deliveredTo = ""));
  }

  look(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.read(), READ_AFTER);
    this.tell();
  }

  private read(): void {
    const last = this.last();
    if (!this.marked.state().open || document.hidden || last <= this.readTo) return;
    this.readTo = last;
    void this.api.mark("read", last).catch(() => (this.readTo = ""));
    if (last > this.marked.state().seen) this.marked.seen(last);
    this.tell();
  }

  private tell(): void {
    const { open, messages, seen } = this.marked.state();
    this.marked.unread(open ? 0 : unseen(messages, seen).length);
  }

  private last(): string {
    return newest(this.marked.state().messages.filter((message) => message.from === "agent")) ?? "";
  }
}
