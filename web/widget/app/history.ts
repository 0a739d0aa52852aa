/** What was said, read from the desk: all that is newest, what came since, what was before. */

import type { Api, Read, Shown } from "./api";
import type { State } from "./state";
import { merged, newest, seenByDesk, unseen, type Pending } from "./thread";

/** As many as the desk gives at once. */
const PAGE = 50;
const TYPED_FOR = 6_000;

export interface Reader {
  state(): State;
  set(change: Partial<State>): void;
  fault(fault: unknown): null;
  /** The desk's words that were not known. */
  fresh(messages: Shown[]): void;
  /** What is still on its way, these being stored. */
  left(messages: Shown[]): readonly Pending[];
}

export class History {
  askedAt = 0;

  constructor(
    private readonly api: Api,
    private readonly reader: Reader,
  ) {}

  /** Throws where it could not be read. */
  async all(): Promise<void> {
    this.askedAt = Date.now();
    const told = await this.api.read(null).catch((fault: unknown) => this.reader.fault(fault));
    if (!told) throw new TypeError("not read");
    const { messages, before } = this.reader.state();
    const first = told.messages.length >= PAGE ? (told.messages[0]?.id ?? null) : null;
    // Between what is known and what is told may be more: it is read when it is asked for.
    const apart = first !== null && (newest(messages) ?? "") < first;
    if (apart) this.reader.set({ messages: [] });
    this.reader.set({ loading: false, before: messages.length > 0 && !apart ? before : first });
    this.told(told);
  }

  async more(): Promise<void> {
    this.askedAt = Date.now();
    const told = await this.api.read(newest(this.reader.state().messages)).catch((fault: unknown) => this.reader.fault(fault));
    if (!told) return;
    this.told(told);
    if (told.messages.length >= PAGE) await this.more();
  }

  async before(): Promise<void> {
    const { before, messages } = this.reader.state();
    const told = before === null ? null : await this.api.before(before).catch(() => null);
    if (told) this.reader.set({ before: told.before, messages: merged(messages, told.messages) });
  }

  take(news: Shown[]): void {
    const { messages: known, seen } = this.reader.state();
    const ids = new Set(known.map((message) => message.id));
    const messages = merged(known, news);
    const fresh = unseen(news, seen).filter((message) => !ids.has(message.id));
    const pending = this.reader.left(messages);
    this.reader.set({ messages, pending, ...(fresh.length > 0 ? { typing: null } : {}) });
    if (fresh.length > 0) this.reader.fresh(fresh);
  }

  /** Who has no socket is not told who it is. */
  private typing(somebody: boolean): void {
    const { line, typing } = this.reader.state();
    if (line !== "live" && somebody !== (typing !== null)) {
      this.reader.set({ typing: somebody ? { name: "", until: Date.now() + TYPED_FOR } : null });
    }
  }

  private told(told: Read): void {
    const { queue, status, hours } = told;
    this.typing(told.typing);
    this.reader.set({ queue, status, ...(hours === undefined ? {} : { hours }) });
    this.take(told.messages);
    const { messages, readTo } = this.reader.state();
    // Of what was said since that answer, nobody knows yet.
    const then = messages.filter((message) => message.id <= (told.after ?? ""));
    const read = seenByDesk(then, told.unseen);
    if (read > readTo) this.reader.set({ readTo: read });
  }
}
