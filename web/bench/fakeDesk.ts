/** A desk in the page itself: as many conversations as are wanted, with as many messages, answered after a wait that is always
 * the same. What is not of it is not found, as the API says it. */

import type { Entries, Followed } from "parley-live";
import type { Schemas } from "../src/api/client";

type Conversation = Schemas["ConversationView"];
type Message = Schemas["MessageView"];

export interface Made {
  conversations: number;
  messages: number;
  /** Milliseconds. */
  wait: number;
}

export const ME = "agt_1";
const MINUTE = 60_000;
const NOW = Date.now();
const WORDS = "where is my parcel it was sent on monday and has not come yet could you look please thank you".split(" ");

const at = (minutes: number): string => new Date(NOW - minutes * MINUTE).toISOString();
const number = (place: number): string => String(place).padStart(29, "0");

function message(conversation: number, place: number, of: number): Message {
  const out = place % 3 === 1;
  return {
    type: "message", id: `msg_${number(conversation * 10_000 + place)}`, conversation_id: `cnv_${conversation}`, leg_id: `leg_${conversation}`,
    direction: out ? "outbound" : "inbound", kind: "text", content: {}, attachments: [], reply_to: null, external_id: `x${conversation}-${place}`,
    text: Array.from({ length: 3 + ((place * 7) % 40) }, (_, word) => WORDS[(place + word * 5) % WORDS.length]).join(" "),
    author: out ? { kind: "agent", id: ME, name: "Ann" } : { kind: "contact", id: `con_${conversation}`, name: `Customer ${conversation}` },
    occurred_at: at(of - place), client_id: out ? `c${conversation}-${place}` : null, state: out ? "read" : null, attempt: 1, marks: {}, failure: null,
    rendered_as: null, call: null, version: 1,
  };
}

function conversation(place: number): Conversation {
  return {
    id: `cnv_${place}`, contact_id: `con_${place}`, contact_name: `Customer ${place}`, channel: "whatsapp", inbox_id: "ibx_1", active_leg_id: `leg_${place}`,
    legs: [{ id: `leg_${place}`, inbox_id: "ibx_1", channel: "whatsapp", address: `+4930${place}`, last_inbound_at: at(place), window_open: true, window_closes_at: at(-600) }],
    absorbed: [], assignee_id: ME, created_at: at(90), episode: 1, first_response_at: at(80), labels: [], last_activity_at: at(place), opened_at: at(90),
    last_message: { id: "msg_1", leg_id: `leg_${place}`, direction: "inbound", kind: "text", preview: `Where is my order number ${place}?`, author_kind: "contact", occurred_at: at(place) },
    merged_into: null, priority: "normal", resolved_at: null, snoozed_until: null, status: "open", status_changed_at: at(90), taken_over: null, team_id: null,
    tier: null, unread: 0, version: 1, waiting_since: at(place), wake_on: "any_inbound",
  };
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

export class FakeDesk {
  private readonly conversations: Conversation[];
  private readonly threads: Message[][];
  private readonly heads = new Map<string, number>();
  private readonly sockets = new Set<FakeSocket>();
  /** What was asked of it that it does not know. */
  readonly unknown = new Set<string>();
  /** Messages of which conversations were read. */
  readonly read: string[] = [];

  constructor(private readonly made: Made) {
    this.conversations = Array.from({ length: made.conversations }, (_, place) => conversation(place));
    this.threads = this.conversations.map((_, place) => Array.from({ length: made.messages }, (__, each) => message(place, each, made.messages)));
  }

  /** The customer of a conversation writes. */
  customerSays(place: number, text: string): void {
    const said = { ...this.stored(place, text, null), author: { kind: "contact" as const, id: `con_${place}`, name: `Customer ${place}` }, direction: "inbound" as const, state: null };
    this.happened(place, said);
  }

  private stored(place: number, text: string, clientId: string | null): Message {
    const thread = this.threads[place] as Message[];
    const next = { ...message(place, thread.length, thread.length), text, occurred_at: new Date().toISOString(), client_id: clientId, direction: "outbound" as const, state: "queued" as const, author: { kind: "agent" as const, id: ME, name: "Ann" } };
    thread.push(next);
    return next;
  }

  private happened(place: number, said: Message): void {
    const topic = `conversation:cnv_${place}`;
    const seq = (this.heads.get(topic) ?? 0) + 1;
    this.heads.set(topic, seq);
    const change = { kind: "message", id: said.id, version: said.version, view: { ...said }, happened: [] };
    const frame: Entries = { type: "entries", entries: [{ topic, seq, at: said.occurred_at, changes: [change] }] };
    for (const socket of this.sockets) socket.hear(frame);
  }

  followed(asked: { topics?: Record<string, string | null> | string[]; request?: string }): Followed {
    const names = Array.isArray(asked.topics) ? asked.topics : Object.keys(asked.topics ?? {});
    const topics = names.map((topic) => {
      const seq = this.heads.get(topic) ?? 0;
      return { topic, place: `${seq}.${Date.now()}`, seq, reset: false, more: false, entries: [] };
    });
    return { type: "followed", ...(asked.request === undefined ? {} : { request: asked.request }), as_of: new Date().toISOString(), cursor: "", topics };
  }

  opened(socket: FakeSocket): void {
    this.sockets.add(socket);
  }

  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const body: unknown = request.method === "GET" ? null : await request.clone().json().catch(() => null);
    await pause(this.made.wait);
    if (request.signal.aborted) throw new DOMException("aborted", "AbortError");
    const found = this.answerTo(request.method, pathname.replace(/^\/v1/, ""), body as Record<string, unknown> | null);
    if (found !== undefined) return Response.json(found);
    this.unknown.add(`${request.method} ${pathname}`);
    return Response.json({ type: "about:blank", title: "Not found", status: 404, code: "not_found", detail: "It is not there." }, { status: 404 });
  }

  private answerTo(method: string, path: string, body: Record<string, unknown> | null): unknown {
    if (path === "/me") return { id: ME, kind: "agent", name: "Ann", role: "agent", listed: true, settings: {} } satisfies Schemas["MeView"];
    if (path === "/me/socket-tickets") return { url: "ws://desk.invalid", ticket: "t" };
    if (path === "/conversations") return { items: this.conversations, next_cursor: null, reasons: {} };
    if (["/teams", "/agents", "/labels", "/channels", "/inboxes", "/macros", "/views", "/me/offers", "/me/drafts", "/canned-responses"].includes(path)) return { items: [], next_cursor: null };
    const [, id, rest = ""] = /^\/conversations\/cnv_(\d+)\/?(.*)$/.exec(path) ?? [];
    const place = Number(id);
    const one = this.conversations[place];
    if (id === undefined || one === undefined) return undefined;
    if (rest === "" || rest === "read") return one;
    if (rest !== "messages") return ["scheduled", "promises", "tasks", "side-threads", "followers", "viewers", "clocks"].includes(rest) ? { items: [], next_cursor: null } : undefined;
    if (method === "POST") return this.sent(place, body ?? {});
    this.read.push(one.id);
    const items = (this.threads[place] as Message[]).slice(-50);
    return { items, before: items.length < 50 ? null : items[0]?.id, after: null, conversation: one };
  }

  private sent(place: number, body: Record<string, unknown>): Message & { more: Message[] } {
    const said = this.stored(place, String(body["text"]), String(body["client_id"]));
    setTimeout(() => this.happened(place, said), this.made.wait);
    return { ...said, more: [] };
  }
}

/** The end of a line that is never cut. */
export class FakeSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  /** When each frame came, before anybody has read it: as tests/web/bubbles.py keeps it of a line that is one. */
  static readonly came: Array<[at: number, data: string]> = [];

  constructor(private readonly desk: FakeDesk) {
    setTimeout(() => {
      this.readyState = 1;
      desk.opened(this);
      this.onopen?.();
    });
  }

  send(data: string): void {
    const said = JSON.parse(data) as { action: string; request?: string; topics?: string[] };
    if (said.action === "follow") setTimeout(() => this.hear(this.desk.followed(said)), 1);
    else if (said.action === "ping") this.hear({ type: "pong", as_of: new Date().toISOString(), heads: {}, lost: [] });
  }

  hear(frame: unknown): void {
    const data = JSON.stringify(frame);
    FakeSocket.came.push([performance.now(), data]);
    this.onmessage?.({ data });
  }

  close(): void {
    this.readyState = 3;
  }
}
