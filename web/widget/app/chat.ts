/** The chat of one visitor: what the page shows, and everything that changes it. */

import type { ToFrame } from "../shared/protocol";
import { Refused, type Api, type Shown } from "./api";
import type { Bridge } from "./bridge";
import { History } from "./history";
import { DRAFT, HIDDEN, LAST, SEEN, WHO } from "./keys";
import { Line } from "./line";
import { Marks } from "./marks";
import { Sending } from "./sending";
import { SESSION, Sessions } from "./session";
import { beginning, fromKept, type Facts, type State, type Who } from "./state";
import { newest, stillPending, unseen } from "./thread";
import { Typing } from "./typing";
import { Files } from "./uploading";
import { languageOf, sayer } from "./words";

/** How often is asked while a socket says everything but place, wait and end; and while there is none. */
const [CALM, HASTE] = [20_000, 4_000];

export class Chat {
  state: State;
  readonly sessions: Sessions;
  readonly files: Files;
  private readonly sending: Sending;
  private readonly listeners = new Set<() => void>();
  private line: Line | null = null;
  private readonly history: History;
  private readonly marks: Marks;
  private readonly typing: Typing;

  constructor(
    facts: Facts,
    readonly api: Api,
    private readonly bridge: Bridge,
  ) {
    this.state = { ...beginning(facts), framed: bridge.framed };
    this.sessions = new Sessions(api, this.keep);
    this.typing = new Typing(api);
    this.files = new Files({
      api,
      ready: () => this.sessions.ensure(false),
      language: () => this.state.language,
      keep: (key, file) => bridge.say({ kind: "file", key, file }),
      show: (change) => this.set({ uploads: change(this.state.uploads) }),
      send: (file) => this.sending.send({ attachments: [file] }),
    });
    this.history = new History(api, {
      state: () => this.state,
      set: (change) => this.set(change),
      fault: (fault) => this.stop(fault),
      fresh: (messages) => this.fresh(messages),
      left: (messages) => {
        this.sending.keepOnly(stillPending(this.sending.pending, messages));
        return this.sending.pending;
      },
    });
    this.marks = new Marks(api, {
      state: () => this.state,
      seen: (seen) => (this.set({ seen }), this.keep(SEEN, seen)),
      unread: (count) => bridge.say({ kind: "unread", count, label: sayer(this.state.language)("widget.unread", { n: count }) }),
    });
    this.sending = new Sending({
      api,
      keep: this.keep,
      session: (anew) => this.sessions.ensure(anew).catch((fault: unknown) => void this.stop(fault)),
      now: () => Date.now() + this.sessions.ahead,
      setClock: (date) => this.sessions.setClock(date),
      changed: () => this.set({ pending: this.sending.pending }),
      taken: () => void this.heardOf(),
    });
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  readonly keep = (key: string, value: string | null): void => this.bridge.say({ kind: "keep", key, value });

  // --- from the site's page ---

  hear(said: ToFrame): void {
    if (said.kind === "begin") this.begin(said);
    else if (said.kind === "shown") this.shown(said.open);
    else if (said.kind === "identify") void this.identify(said.proof);
    else if (said.kind === "files") void this.files.goOn(said.files);
    else if (said.key === SESSION && this.sessions.adopted(said.value)) this.reconnect();
    else if (said.key === SEEN && (said.value ?? "") > this.state.seen) this.set({ seen: said.value ?? "", unreadLine: null });
  }

  private begin({ kept, lasting, languages, dir, open }: Extract<ToFrame, { kind: "begin" }>): void {
    this.set({ language: languageOf(languages, this.state.facts.look.languages), dir, lasting, ...fromKept(kept) });
    const known = this.sessions.restore(kept[SESSION]);
    const code = /^#continue=(.+)$/.exec(location.hash)?.[1];
    if (code && !this.state.framed) void this.resume(code);
    else if (known) this.connect();
    this.sending.restore(kept);
    if (open) this.shown(true);
    setInterval(() => this.look(), 1_000);
    addEventListener("online", this.lineChanged);
    addEventListener("offline", this.lineChanged);
    document.addEventListener("visibilitychange", () => this.marks.look());
  }

  private shown(open: boolean): void {
    const first = open && !this.state.open ? unseen(this.state.messages, this.state.seen)[0] : undefined;
    this.set({ open, ...(open ? { unreadLine: first?.id ?? null } : {}) });
    this.marks.look();
    if (open && this.sessions.token !== null) void this.history.more();
  }

  async identify(proof: Parameters<Sessions["identify"]>[0]): Promise<void> {
    try {
      if (await this.sessions.identify(proof)) this.reconnect();
      this.set({ verified: true });
      this.bridge.say({ kind: "event", name: "identified", data: null });
    } catch (fault) {
      const detail = fault instanceof Refused ? fault.detail : String(fault);
      this.bridge.say({ kind: "event", name: "refused", data: { what: "identify", detail } });
    }
  }

  private async resume(code: string): Promise<void> {
    history.replaceState(null, "", location.pathname + location.search);
    await this.sessions.resume(code).catch((fault: unknown) => this.stop(fault));
    if (this.sessions.token !== null) this.connect();
  }

  // --- the desk ---

  private connect(): void {
    if (this.line) return;
    this.set({ loading: this.state.messages.length === 0, verified: this.sessions.subject !== null });
    this.line = new Line(this.api, {
      reset: () => this.history.all(),
      said: (messages) => this.history.take(messages),
      typing: (typing) => this.set({ typing }),
      state: (line) => this.set({ line }),
    });
    void this.line.start();
    void this.history.all().catch(() => undefined);
  }

  private reconnect(): void {
    this.line?.stop();
    this.line = null;
    this.set({ messages: [], before: null, queue: null, status: null, seen: "", hidden: "", readTo: "" });
    this.connect();
  }

  private readonly lineChanged = (): void => {
    this.line?.changed();
    if (navigator.onLine) this.sending.hurry();
    const { line } = this.state;
    this.set({ line: !navigator.onLine ? "offline" : line !== "offline" ? line : this.line ? "reconnecting" : "none" });
  };

  /** A message was taken: from now on something may be answered. */
  private async heardOf(): Promise<void> {
    this.keep(LAST, String(Date.now()));
    this.bridge.say({ kind: "event", name: "sent", data: null });
    if (!this.line) this.connect();
    else await this.history.more();
  }

  readBefore = (): Promise<void> => this.history.before();

  private fresh(messages: Shown[]): void {
    this.keep(LAST, String(Date.now()));
    for (const { text, name } of messages) this.bridge.say({ kind: "event", name: "message", data: { text, name } });
    this.marks.delivered();
    this.marks.look();
    // Who has an answer does not wait any more.
    if (this.state.queue) void this.history.more();
  }

  private stop(fault: unknown): null {
    // Not of this visitor's: the chat itself is not there, or not for this site.
    if (fault instanceof Refused && (fault.code === "inbox_disabled" || fault.code === "inbox_not_found")) {
      this.set({ closed: fault.detail, loading: false });
    }
    if (fault instanceof Refused && fault.status === 401 && this.sessions.subject === null) {
      void this.sessions.ensure(true).then(() => this.reconnect(), () => undefined);
    }
    return null;
  }

  /** Every second: what is over, and whether it is time to ask. */
  private look(): void {
    const { typing, open, line, queue, messages } = this.state;
    if (typing && typing.until <= Date.now()) this.set({ typing: null });
    if (!open || this.sessions.token === null || document.hidden || line === "offline") return;
    const waits = queue !== null || messages.length > 0;
    const every = line === "live" || line === "connecting" ? CALM : HASTE;
    if (waits && Date.now() - this.history.askedAt >= every) void this.history.more();
  }

  // --- what the visitor does ---

  send(text: string): void {
    this.typing.done();
    this.write("");
    this.set({ unreadLine: null });
    this.sending.send({ text });
  }

  choose = (payload: string, title: string): void => this.sending.send({ postback: { payload, title } });
  again = (id: string): void => this.sending.again(id);
  cancel = (id: string): string => this.sending.drop(id)?.text ?? "";

  write(draft: string): void {
    this.set({ draft });
    this.keep(DRAFT, draft || null);
  }

  tellTyping(): void {
    if (this.sessions.token !== null && this.state.messages.length > 0) this.typing.pressed();
  }

  /** Throws as the API does. */
  async introduce(who: Who): Promise<void> {
    if (who.name || who.email) {
      await this.sessions.ensure(false);
      await this.api.profile(who);
    }
    const all = { ...this.state.who, ...who };
    this.keep(WHO, JSON.stringify(all));
    this.set({ who: all, asked: true });
  }

  /** What was said is put aside. */
  startAnew(): void {
    const hidden = newest(this.state.messages) ?? "";
    this.keep(HIDDEN, hidden);
    this.set({ hidden, status: null, unreadLine: null });
  }

  showAll(): void {
    this.keep(HIDDEN, null);
    this.set({ hidden: "" });
  }

  close = (): void => this.bridge.say({ kind: "close" });
}
