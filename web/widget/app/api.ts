/** The visitor's API, asked by the widget's own page: the same origin, one address beside it. */

import type { Missed } from "parley-live";
import type { Proof } from "../shared/protocol";

export interface Attachment {
  mime: string;
  name: string | null;
  size_bytes: number | null;
  state: string;
}

/** A message as a visitor sees it. */
export interface Shown {
  id: string;
  client_id: string | null;
  from: "visitor" | "agent";
  name: string | null;
  kind: string;
  text: string;
  content: Record<string, unknown>;
  attachments: Attachment[];
  reply_to: string | null;
  occurred_at: string;
  read: boolean;
}

export interface Queue {
  position: number | null;
  low_seconds: number | null;
  high_seconds: number | null;
  said: string | null;
}

export interface Hours {
  open: boolean;
  changes_at: string | null;
}

export interface Look {
  brand: string;
  accent: string | null;
  theme: "auto" | "light" | "dark";
  position: "start" | "end";
  greetings: Record<string, string>;
  suggestions: string[];
  pre_chat: Array<{ field: "name" | "email"; required: boolean }>;
  privacy_url: string | null;
  languages: string[];
}

export interface Session {
  token: string;
  expires_at: string;
  server_time: string;
  verified: boolean;
}

export interface Read {
  messages: Shown[];
  after: string | null;
  typing: boolean;
  queue: Queue | null;
  status: "open" | "resolved" | null;
  /** How many of the visitor's newest messages nobody has opened. */
  unseen: number;
  hours?: Hours | null;
}

export interface Ticket {
  ticket: string;
  url: string;
  topic: string;
}

/** What the visitor writes: kept, and repeated until there is an answer. */
export interface Written {
  client_id: string;
  text?: string;
  postback?: { payload: string; title: string };
  attachments?: Array<{ upload_id: string; mime: string; name: string; size: number }>;
}

/** The desk says no. `date`: its clock. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field: string | null,
    readonly date: number | null = null,
  ) {
    super(detail);
  }
}

export class Api {
  token: string | null = null;

  constructor(
    private readonly address: string,
    public language: string,
  ) {}

  begin = (code?: string): Promise<Session> => this.ask("POST", "sessions", code === undefined ? {} : { code });
  identify = (proof: Proof): Promise<Session> => this.ask("POST", "identify", proof);
  write = (written: Written): Promise<unknown> => this.ask("POST", "messages", written);
  read = (after: string | null): Promise<Read> => this.ask("GET", after === null ? "messages" : `messages?after=${after}`);
  before = (id: string): Promise<{ messages: Shown[]; before: string | null }> => this.ask("GET", `messages?before=${id}`);
  typing = (active: boolean): Promise<unknown> => this.ask("POST", "typing", { active });
  mark = (what: "read" | "delivered", upTo: string): Promise<unknown> => this.ask("POST", what, { up_to: upTo });
  profile = (given: { name?: string; email?: string }): Promise<unknown> => this.ask("POST", "profile", given);
  handover = (): Promise<{ code: string; expires_at: string }> => this.ask("POST", "handover", {});
  socket = (): Promise<Ticket> => this.ask("POST", "socket", {});
  missed = (cursor: string): Promise<Missed> => this.ask("GET", `live?after=${cursor}`);
  upload = (mime: string, size: number): Promise<{ upload_id: string; url: string }> => this.ask("POST", "uploads", { mime, size });
  file = (message: string, index: number): Promise<{ url: string }> => this.ask("GET", `files?message=${message}&file=${index}`);

  /** Throws Refused; a TypeError where there is no line. */
  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const headers: Record<string, string> = { "Accept-Language": this.language };
    if (this.token) headers["Authorization"] = `Bearer ${this.token}`;
    const asked: RequestInit = { method, headers, credentials: "omit", cache: "no-store" };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      asked.body = JSON.stringify(body);
    }
    const answer = await fetch(`${this.address}/${path}`, asked);
    const told: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw refusal(answer, told);
    return told as T;
  }
}

function refusal(answer: Response, told: unknown): Refused {
  const problem = (typeof told === "object" && told !== null ? told : {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof problem[name] === "string" ? problem[name] : "");
  const date = Date.parse(answer.headers.get("date") ?? "");
  return new Refused(answer.status, text("code"), text("detail"), text("field") || null, Number.isNaN(date) ? null : date);
}

/** For who has no socket, as the desk makes it: all places in one word. */
export function cursorOf(topics: string): string {
  const places = Object.fromEntries(topics.split(",").map((each) => each.split("@") as [string, string]));
  return btoa(JSON.stringify(places)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
