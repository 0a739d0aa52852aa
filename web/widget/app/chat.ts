/** The chat of one visitor: what the page shows, and everything that changes it. */

import type { ToFrame } from "../shared/protocol";
import { Refused, type Api, type Read, type Shown } from "./api";
import type { Bridge } from "./bridge";
import { Line } from "./line";
import { Sending } from "./sending";
import { SESSION, Sessions } from "./session";
import { asksForEmail, beginning, type Facts, type State, type Who } from "./state";
import { merged, newest, stillPending, unseen } from "./thread";
import { MOST_BYTES, uploaded } from "./uploading";
import { languageOf, sayer } from "./words";

const SEEN = "seen";
const HIDDEN = "hidden";
const DRAFT = "draft";
const WHO = "who";
const LAST = "last";
/** How often is asked while a socket says everything but place, wait and end; and while there is none. */
const CALM = 20_000;
const HASTE = 4_000;
const READ_AFTER = 600;
const TYPING_EVERY = 3_000;
const TYPED_AT_MOST = 7_000;

export class Chat {
  state: State;
  readonly sessions: Sessions;
  private readonly sending: Sending;
  private readonly listeners = new Set<() => void>();
  private line: Line | null = null;
  private asked = 0;
  private typedAt = 0;
  private readTimer: ReturnType<typeof setTimeout> | undefined;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private deliveredTo = "";
  private readTo = "";

  constructor(
    facts: Facts,
    readonly api: Api,
    private readonly bridge: Bridge,
  ) {
    this.state = { ...beginning(facts), framed: bridge.framed };
    this.sessions = new Sessions(api, this.keep);
    this.sending = new Sending({
      api,
      keep: this.keep,
      session: (anew) => this.sessions.ensure(anew).catch((fault: unknown) => this.stop(fault)),
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
    else if (said.key === SESSION && said.value !== null) this.adopt(said.value);
    else if (said.key === SEEN && (said.value ?? "") > this.state.seen) this.set({ seen: said.value ?? "", unreadLine: null });
  }

  private begin({ kept, lasting, languages, dir, open }: Extract<ToFrame, { kind: "begin" }>): void {
    const { look } = this.state.facts;
    const language = languageOf(languages, look.languages);
    const who = kept[WHO] ? (JSON.parse(kept[WHO]) as Who) : null;
    const had = { seen: kept[SEEN] ?? "", hidden: kept[HIDDEN] ?? "", draft: kept[DRAFT] ?? "", who, asked: who !== null };
    this.set({ language, dir, lasting, ...had });
    const known = this.sessions.restore(kept[SESSION]);
    const code = /^#continue=(.+)$/.exec(location.hash)?.[1];
    if (code && !this.state.framed) void this.resume(code);
    else if (known) this.connect();
    this.sending.restore(kept);
    if (open) this.shown(true);
    setInterval(() => this.look(), 1_000);
    addEventListener("online", this.lineChanged);
    addEventListener("offline", this.lineChanged);
    document.addEventListener("visibilitychange", () => this.markLater());
  }

  private shown(open: boolean): void {
    const first = open && !this.state.open ? unseen(this.state.messages, this.state.seen)[0] : undefined;
    this.set({ open, ...(open ? { unreadLine: first?.id ?? null } : {}) });
    this.markLater();
    if (open && this.sessions.token !== null) void this.readNew();
  }

  private adopt(kept: string): void {
    const before = this.sessions.token;
    if (this.sessions.restore(kept) && before !== this.sessions.token) this.reconnect();
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
      reset: () => this.readAll(),
      said: (messages) => this.take(messages),
      typing: (name, until) => this.types(name, until),
      state: (line) => this.set({ line }),
    });
    void this.line.start();
    void this.readAll().catch(() => undefined);
  }

  private reconnect(): void {
    this.line?.stop();
    this.line = null;
    this.set({ messages: [], before: null, queue: null, status: null, seen: "", hidden: "" });
    this.connect();
  }

  private readonly lineChanged = (): void => {
    this.line?.changed();
    if (navigator.onLine) this.sending.hurry();
    this.set({ line: navigator.onLine ? this.state.line : "offline" });
  };

  /** A message was taken: from now on something may be answered. */
  private async heardOf(): Promise<void> {
    this.keep(LAST, String(Date.now()));
    this.bridge.say({ kind: "event", name: "sent", data: null });
    if (!this.line) this.connect();
    else await this.readNew();
  }

  private async readAll(): Promise<void> {
    const told = await this.api.read(null).catch((fault: unknown) => this.stop(fault));
    if (!told) throw new TypeError("not read");
    const whole = told.messages.length >= 50 ? (told.messages[0]?.id ?? null) : null;
    this.set({ loading: false, before: this.state.messages.length > 0 ? this.state.before : whole });
    this.told(told);
  }

  async readNew(): Promise<void> {
    this.asked = Date.now();
    const told = await this.api.read(newest(this.state.messages)).catch((fault: unknown) => this.stop(fault));
    if (told) this.told(told);
  }

  async readBefore(): Promise<void> {
    if (this.state.before === null) return;
    const told = await this.api.before(this.state.before).catch(() => null);
    if (told) this.set({ before: told.before, messages: merged(this.state.messages, told.messages) });
  }

  private told(told: Read): void {
    this.set({ queue: told.queue, status: told.status, ...(told.hours === undefined ? {} : { hours: told.hours }) });
    this.take(told.messages);
  }

  private take(news: Shown[]): void {
    const known = new Set(this.state.messages.map((message) => message.id));
    const messages = merged(this.state.messages, news);
    const fresh = unseen(news, this.state.seen).filter((message) => !known.has(message.id));
    this.sending.keepOnly(stillPending(this.sending.pending, messages));
    this.set({ messages, pending: this.sending.pending, ...(fresh.length > 0 ? { typing: null } : {}) });
    if (fresh.length === 0) return;
    this.keep(LAST, String(Date.now()));
    for (const { text, name } of fresh) this.bridge.say({ kind: "event", name: "message", data: { text, name } });
    this.delivered();
    this.markLater();
    // Who has an answer does not wait any more.
    if (this.state.queue) void this.readNew();
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
    if (waits && Date.now() - this.asked >= every) void this.readNew();
  }

  // --- what the visitor does ---

  send(text: string): void {
    clearTimeout(this.typingTimer);
    this.write("");
    this.set({ unreadLine: null });
    this.sending.send({ text });
  }

  choose(payload: string, title: string): void {
    this.sending.send({ postback: { payload, title } });
  }

  again = (id: string): void => this.sending.again(id);
  cancel = (id: string): string => this.sending.drop(id)?.text ?? "";

  write(draft: string): void {
    this.set({ draft });
    this.keep(DRAFT, draft || null);
  }

  /** Told every few seconds while keys are pressed. */
  types_(): void {
    if (this.sessions.token === null || this.state.messages.length === 0) return;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => void this.api.typing(false).catch(() => undefined), TYPING_EVERY + 1_000);
    if (Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    void this.api.typing(true).catch(() => undefined);
  }

  async attach(files: File[], tooLarge: string, failed: string): Promise<void> {
    for (const file of files) await this.attachOne(file, tooLarge, failed);
  }

  private async attachOne(file: File, tooLarge: string, failed: string): Promise<void> {
    const key = crypto.randomUUID();
    const change = (done: number | null, reason = ""): void =>
      this.set({ uploads: [...this.state.uploads.filter((each) => each.key !== key), { key, name: file.name, done, reason }] });
    if (file.size > MOST_BYTES || file.size === 0) return change(null, tooLarge);
    change(0);
    try {
      await this.sessions.ensure(false);
      const sent = await uploaded(this.api, file, change);
      this.dismiss(key);
      this.sending.send({ attachments: [sent] });
    } catch (fault) {
      change(null, fault instanceof Refused ? fault.detail : failed);
    }
  }

  dismiss(key: string): void {
    this.set({ uploads: this.state.uploads.filter((each) => each.key !== key) });
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

  /** What was said is put aside; the desk makes a new conversation of the next message. */
  startAnew(): void {
    const hidden = newest(this.state.messages) ?? "";
    this.keep(HIDDEN, hidden);
    this.set({ hidden, status: null, unreadLine: null });
  }

  showAll(): void {
    this.keep(HIDDEN, null);
    this.set({ hidden: "" });
  }

  close(): void {
    this.bridge.say({ kind: "close" });
  }

  // --- how far the visitor is ---

  private types(name: string, until: number): void {
    this.set({ typing: until > Date.now() ? { name, until: Math.min(until, Date.now() + TYPED_AT_MOST) } : null });
  }

  private delivered(): void {
    const last = newest(this.state.messages.filter((message) => message.from === "agent"));
    if (last === null || last <= this.deliveredTo) return;
    this.deliveredTo = last;
    void this.api.mark("delivered", last).catch(() => (this.deliveredTo = ""));
  }

  /** Read is what stood before somebody's eyes for a moment. */
  private markLater(): void {
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => this.mark(), READ_AFTER);
    this.tellUnread();
  }

  private mark(): void {
    const last = newest(this.state.messages.filter((message) => message.from === "agent"));
    if (!this.state.open || document.hidden || last === null || last <= this.readTo) return;
    this.readTo = last;
    void this.api.mark("read", last).catch(() => (this.readTo = ""));
    if (last > this.state.seen) {
      this.set({ seen: last });
      this.keep(SEEN, last);
    }
    this.tellUnread();
  }

  private tellUnread(): void {
    const count = this.state.open ? 0 : unseen(this.state.messages, this.state.seen).length;
    this.bridge.say({ kind: "unread", count, label: sayer(this.state.language)("widget.unread", { n: count }) });
  }

  get wantsEmail(): boolean {
    return asksForEmail(this.state);
  }
}
