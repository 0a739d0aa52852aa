/** What is said to the visitor, as it is said: by a socket, and by asking again while there is none. */

import type { Frame } from "parley-live";
import { LiveDesk, type LiveState } from "../../src/live/desk";
import { cursorOf, type Api, type Shown, type Ticket } from "./api";

export interface Hearing {
  /** Everything anew: what was missed is not told. */
  reset(): Promise<void>;
  said(messages: Shown[]): void;
  /** Null: they have stopped. */
  typing(who: { name: string; until: number } | null): void;
  state(state: LiveState): void;
}

const TYPED_AT_MOST = 7_000;
const AGAIN = [1_000, 3_000, 10_000, 30_000];

export class Line {
  private desk: LiveDesk | null = null;
  private stopped = false;
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly hearing: Hearing,
  ) {}

  async start(): Promise<void> {
    let first: Ticket | null;
    try {
      first = await this.api.socket();
    } catch {
      this.hearing.state(navigator.onLine ? "reconnecting" : "offline");
      const wait = AGAIN[Math.min(this.attempts++, AGAIN.length - 1)] ?? 0;
      if (!this.stopped) this.timer = setTimeout(() => void this.start(), wait);
      return;
    }
    if (this.stopped) return;
    const { topic } = first;
    const ticket = async (): Promise<string> => {
      const mine = first ?? (await this.api.socket());
      first = null;
      return `${mine.url}?ticket=${encodeURIComponent(mine.ticket)}`;
    };
    const desk = new LiveDesk({
      ticket,
      fetch: (topics) => this.api.missed(cursorOf(topics)),
      open: (address) => new WebSocket(address),
    });
    this.desk = desk;
    desk.listen(() => this.hearing.state(desk.status().state));
    desk.follow({
      topics: [topic],
      read: async () => {
        await this.hearing.reset();
        return [];
      },
      changed: (things) => {
        const ids = new Set(things.map(([, id]) => id));
        const told = desk.store.ofKind("message").filter((thing) => ids.has(thing.id));
        this.hearing.said(told.map((thing) => thing.view as unknown as Shown));
      },
      signal: (frame) => this.signal(frame),
    });
    desk.start();
  }

  /** The browser says that the line is back, or gone. */
  changed(): void {
    if (this.desk) this.desk.lineChanged();
    else if (navigator.onLine && this.attempts > 0) {
      clearTimeout(this.timer);
      void this.start();
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.desk?.stop();
  }

  private signal(frame: Frame): void {
    if (frame.type !== "typing") return;
    const { name } = (frame["who"] ?? {}) as { name?: unknown };
    // Whatever our clock says, nobody types on without saying so again.
    const until = Math.min(Date.parse(String(frame["until"])), Date.now() + TYPED_AT_MOST);
    this.hearing.typing(until > Date.now() ? { name: typeof name === "string" ? name : "", until } : null);
  }
}
