/** What is being written: kept here at once, in this browser after a moment, at the desk a little later.
 *
 * A change of the text tells nobody: the field has it already. Everything else does (`listen`). */

import { told, type Api, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { setDraftMark } from "./draftMarks";
import { arrived, blank, draftId, isBlank, previewOf, sameWords, taken, toKeep, UNKNOWN, type Draft, type Known, type Mode, type ServerDraft } from "./draftWords";
import type { Shelf } from "./shelf";

const HERE_AFTER = 300;
const THERE_AFTER = 2_000;
const MARKED = 100;

type Page = Schemas["AgentDraftPage"];
type Timer = ReturnType<typeof setTimeout>;
export type KeptDraft = Draft & { known?: Known };

export class Drafts {
  private readonly held = new Map<string, Draft>();
  private readonly known = new Map<string, Known>();
  private readonly newer = new Map<string, ServerDraft>();
  private readonly listeners = new Set<() => void>();
  private readonly here = new Map<string, Timer>();
  private readonly there = new Map<string, Timer>();
  /** What this browser has kept is known: before, nothing is compared with it. */
  private read: Promise<void> = Promise.resolve();
  /** One request for a conversation at a time: versions come in order. */
  private readonly busy = new Map<string, Promise<void>>();

  constructor(
    private readonly shelf: Shelf<KeptDraft>,
    private readonly api: Api,
    private readonly fileName: (place: number) => string,
    private readonly now: () => number = Date.now,
  ) {}

  /** What an earlier page left, and where other devices have begun. */
  async restore(): Promise<void> {
    this.read = this.shelf.all().then((rows) => this.put(rows));
    await this.read;
    for (const draft of (await this.listed())?.items ?? []) if (this.kept(draft.conversation_id) === null) setDraftMark(draft.conversation_id, draft.text.trim() || this.fileName(1));
  }

  /** What was shown before it was read is blank, unless somebody was faster than that. */
  private put(rows: readonly KeptDraft[]): void {
    for (const row of rows) {
      const { known, ...draft } = row;
      if ((this.held.get(draft.id)?.changedAt ?? 0) === 0) this.held.set(draft.id, { ...blank(draft.conversationId, draft.mode), ...draft });
      if (known !== undefined && !this.known.has(draft.conversationId)) this.known.set(draft.conversationId, known);
      this.mark(draft.conversationId);
    }
    this.tell();
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get(conversationId: string, mode: Mode): Draft {
    const id = draftId(conversationId, mode);
    let draft = this.held.get(id);
    if (draft === undefined) this.held.set(id, (draft = blank(conversationId, mode)));
    return draft;
  }

  /** A newer one of another device, that says something else. */
  newerOf(conversationId: string): ServerDraft | null {
    return this.newer.get(conversationId) ?? null;
  }

  // --- what a person does ---

  /** With a `changedAt` of its own nobody has written: an upload has ended. */
  change(conversationId: string, mode: Mode, changes: Partial<Draft>, quiet = false): void {
    const before = this.get(conversationId, mode);
    this.held.set(before.id, { ...before, changedAt: this.now(), ...changes });
    this.later(this.here, before.id, HERE_AFTER, () => this.keepHere(before.id));
    this.later(this.there, conversationId, THERE_AFTER, () => void this.keepThere(conversationId));
    if (!quiet) this.tell();
  }

  /** What was in it is on its way, and kept there. */
  sent(conversationId: string, mode: Mode): void {
    const { id } = this.get(conversationId, mode);
    this.held.set(id, { ...blank(conversationId, mode), changedAt: this.now() });
    clearTimeout(this.there.get(conversationId));
    this.there.delete(conversationId);
    this.later(this.here, id, HERE_AFTER, () => this.keepHere(id));
    this.tell();
  }

  /** The desk has stored it: its copy of the draft is worth nothing any more. */
  accepted(conversationId: string): void {
    if (this.known.get(conversationId)?.version) void this.keepThere(conversationId);
  }

  /** Of the version of the desk's copy, where it is one of this mode: it ends as the reply is stored. */
  versionOf(conversationId: string, mode: Mode): number | null {
    const known = this.known.get(conversationId);
    return known !== undefined && known.mode === mode && known.version > 0 ? known.version : null;
  }

  /** Now, and not after a while: the page may go. */
  flush(): void {
    for (const [id, timer] of this.here) {
      clearTimeout(timer);
      this.here.delete(id);
      this.keepHere(id);
    }
    for (const [conversationId, timer] of this.there) {
      clearTimeout(timer);
      this.there.delete(conversationId);
      void this.keepThere(conversationId);
    }
  }

  /** `mine`: the newer one is written over, knowingly. */
  settle(conversationId: string, choice: "theirs" | "mine"): void {
    const server = this.newer.get(conversationId);
    if (server === undefined) return;
    this.newer.delete(conversationId);
    this.know(conversationId, server);
    if (choice === "theirs") this.take(server);
    else this.later(this.there, conversationId, 0, () => void this.keepThere(conversationId));
    this.tell();
  }

  /** Asks the desk for what another device has written. */
  async open(conversationId: string): Promise<void> {
    const page = await this.listed();
    await this.read;
    const server = page?.items.find((draft) => draft.conversation_id === conversationId);
    if (server !== undefined) this.met(server);
    else if (page?.next_cursor === null) this.known.set(conversationId, UNKNOWN);
    this.mark(conversationId);
    this.tell();
  }

  /** All of the agent's in one answer: most conversations have none, and a list says so without a refusal. */
  private listed(): Promise<Page | null> {
    return told(this.api.GET("/me/drafts", { params: { query: { limit: MARKED } } })).catch(() => null);
  }

  // --- keeping ---

  private met(server: ServerDraft): void {
    const { conversation_id: id, kind } = server;
    const verdict = arrived(this.get(id, kind), server, this.known.get(id) ?? UNKNOWN);
    if (verdict === "ask") this.newer.set(id, server);
    else this.know(id, server);
    if (verdict === "take") this.take(server);
  }

  private take(server: ServerDraft): void {
    const draft = taken(this.get(server.conversation_id, server.kind), server, this.now(), this.fileName);
    this.held.set(draft.id, draft);
    this.keepHere(draft.id);
  }

  private know(conversationId: string, server: ServerDraft): void {
    this.known.set(conversationId, { version: server.version, mode: server.kind });
  }

  private keepHere(id: string): void {
    this.here.delete(id);
    const draft = this.held.get(id);
    if (draft === undefined) return;
    this.mark(draft.conversationId);
    const known = this.known.get(draft.conversationId);
    void (isBlank(draft) && !draft.quote ? this.shelf.remove(id) : this.shelf.put({ ...draft, ...(known && { known }) }));
  }

  private keepThere(conversationId: string): Promise<void> {
    this.there.delete(conversationId);
    const before = this.busy.get(conversationId) ?? Promise.resolve();
    const after = before.then(() => this.save(conversationId)).catch(() => undefined);
    this.busy.set(conversationId, after);
    return after;
  }

  private async save(conversationId: string, again = true): Promise<void> {
    if (this.newer.has(conversationId)) return;
    const draft = this.kept(conversationId);
    const { version } = this.known.get(conversationId) ?? UNKNOWN;
    const params = this.at(conversationId).params;
    try {
      if (draft === null) {
        if (version > 0) await told(this.api.DELETE("/conversations/{conversation_id}/draft", { params: { ...params, query: { version } } }));
        this.known.set(conversationId, UNKNOWN);
      } else {
        const uploads = draft.files.flatMap((file) => file.upload ?? []);
        if (draft.text.trim() === "" && uploads.length === 0) return;
        const body = { version, text: draft.text, kind: draft.mode, leg_id: draft.legId, reply_to: draft.replyTo, attachments: uploads };
        this.know(conversationId, await told(this.api.PUT("/conversations/{conversation_id}/draft", { params, body })));
      }
    } catch (fault) {
      if (!(fault instanceof Problem) || fault.code !== "draft_behind") return;
      await this.behind(conversationId, fault.facts["draft"] as Omit<ServerDraft, "conversation_id" | "begun_at"> | null, draft, again);
    }
    if (draft !== null) this.keepHere(draft.id);
  }

  /** Another device was faster: with other words it is a person's choice. Ended there (sent, thrown away) it is begun anew. */
  private async behind(conversationId: string, told: Omit<ServerDraft, "conversation_id" | "begun_at"> | null, mine: Draft | null, again: boolean): Promise<void> {
    if (told === null) {
      this.known.set(conversationId, UNKNOWN);
      if (again) await this.save(conversationId, false);
      return;
    }
    const server: ServerDraft = { ...told, conversation_id: conversationId, begun_at: told.saved_at };
    if (mine !== null && !sameWords(mine, server)) this.newer.set(conversationId, server);
    else this.know(conversationId, server);
    this.tell();
  }

  private kept(conversationId: string): Draft | null {
    return toKeep(this.get(conversationId, "reply"), this.get(conversationId, "note"));
  }

  private mark(conversationId: string): void {
    setDraftMark(conversationId, previewOf(this.kept(conversationId)));
  }

  private at(conversationId: string) {
    return { params: { path: { conversation_id: conversationId } } };
  }

  private later(timers: Map<string, Timer>, key: string, after: number, act: () => void): void {
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(act, after));
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
