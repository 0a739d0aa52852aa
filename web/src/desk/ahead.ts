/** Reads a thread before it is opened: the one that is pointed at for a moment, and the first ones of the list. One at a
 * time. Nothing is marked as read by it. */

/** As long as a pointer rests on what is meant. */
export const MEANT_AFTER = 80;
/** So many of a list's first ones. */
export const FIRST_ONES = 3;
/** The first ones change with everything that happens: they are not looked at more often. */
export const LOOK_EVERY = 15_000;

export interface Wanted {
  id: string;
  /** What is known of it: an older thread is of no use. */
  version: number;
}

interface World {
  /** Rejects when it is aborted. */
  read: (id: string, signal: AbortSignal) => Promise<void>;
  /** It would be shown at once already. */
  held: (wanted: Wanted) => boolean;
  now?: () => number;
}

export class Ahead {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private later: ReturnType<typeof setTimeout> | undefined;
  private target: string | null = null;
  private reading: { id: string; pointed: boolean; abort: AbortController } | null = null;
  private queue: readonly Wanted[] = [];
  private lookedAt = -Infinity;

  constructor(private readonly world: World) {}

  /** It has the pointer or the focus. */
  near(wanted: Wanted): void {
    if (this.target === wanted.id) return;
    this.away();
    this.target = wanted.id;
    this.timer = setTimeout(() => this.point(wanted), MEANT_AFTER);
  }

  /** It has not any more: what is being read for it alone is given up. */
  away(): void {
    this.target = null;
    clearTimeout(this.timer);
    if (this.reading?.pointed === true) this.reading.abort.abort();
  }

  /** Those that are likely to be opened next. */
  likely(wanted: readonly Wanted[]): void {
    this.queue = wanted;
    clearTimeout(this.later);
    const now = (this.world.now ?? Date.now)();
    this.later = setTimeout(() => {
      this.lookedAt = (this.world.now ?? Date.now)();
      this.next();
    }, Math.max(0, this.lookedAt + LOOK_EVERY - now));
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.later);
    this.queue = [];
    this.reading?.abort.abort();
  }

  private point(wanted: Wanted): void {
    if (this.world.held(wanted)) return;
    // It is what somebody waits for: others can wait.
    if (this.reading !== null && this.reading.id !== wanted.id) this.reading.abort.abort();
    if (this.reading?.id !== wanted.id) void this.read(wanted.id, true);
  }

  private next(): void {
    if (this.reading !== null) return;
    const wanted = this.queue.find((each) => !this.world.held(each));
    if (wanted === undefined) return;
    this.queue = this.queue.filter((each) => each !== wanted);
    void this.read(wanted.id, false);
  }

  private async read(id: string, pointed: boolean): Promise<void> {
    const mine = { id, pointed, abort: new AbortController() };
    this.reading = mine;
    try {
      await this.world.read(id, mine.abort.signal);
    } catch {
      // It is read when it is opened, which says what is wrong.
    }
    if (this.reading !== mine) return;
    this.reading = null;
    this.next();
  }
}
