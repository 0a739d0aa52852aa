// Made from the AsyncAPI document by `python -m tests.clients.golden`. Do not edit.

/** A thing as the REST API shows it (`view`), and what happened to it. The higher `version` is the newer view. */
export interface ChangeView {
  kind: string;
  id: string;
  version: number;
  view: Record<string, unknown>;
  happened: Array<HappenedView>;
}

/** The next entries of topics. May come twice, late, or not at all. */
export interface Entries {
  type: "entries";
  entries: Array<LiveEntry>;
}

/** Follow topics, each from its place (null: from now). `after`: places by a cursor. */
export interface Follow {
  action: "follow";
  request?: string;
  topics?: Record<string, string | null> | Array<string>;
  after?: string;
}

/** What came behind each place. `cursor`: all the new places in one. */
export interface Followed {
  type: "followed";
  request?: string;
  as_of: string;
  cursor: string;
  topics: Array<LiveTopic>;
}

/** How a queue is, as the REST API shows it; at most every five seconds. */
export interface Gauges {
  type: "gauges";
  topic: string;
  as_of: string;
  team_id: string;
  depth: number;
  depth_is_more: boolean;
  oldest_waiting_since: string | null;
  agents_available: number;
  free_units: number;
  at_once: boolean;
  arrivals_per_minute: Record<string, number>;
  expected_wait: Record<string, unknown> | null;
  left_today: number;
}

/** An event, without its snapshot: that is the thing's `view`. Whoever has seen its `id` can drop it. */
export interface HappenedView {
  id: string;
  type: string;
  occurred_at: string;
  actor: Record<string, unknown>;
  data: Record<string, unknown>;
}

/** There are entries up to these numbers, to be fetched: too large to be pushed, or the client is behind. */
export interface Heads {
  type: "heads";
  heads: Record<string, number>;
}

/** Follow these no more. */
export interface Leave {
  action: "leave";
  request?: string;
  topics: Array<string>;
}

export interface Left {
  type: "left";
  request?: string;
  topics: Array<string>;
}

/** One number of a topic: numbers have no holes. */
export interface LiveEntry {
  topic: string;
  seq: number;
  at: string;
  changes: Array<ChangeView>;
}

/** `code` is stable: `invalid_input`, `too_many_requests`, `not_connected` (connect anew), `unavailable` (later). */
export interface LiveError {
  type: "error";
  request?: string;
  code: string;
  detail: string;
  field?: string | null;
}

/** What came behind the client's place, oldest first; it is at `place` (number `seq`) then. `more`: there is more behind it. `reset`: what was missed cannot be told any more; read the topic anew, then go on from `place`. */
export interface LiveTopic {
  topic: string;
  place: string;
  seq: number;
  reset: boolean;
  more: boolean;
  entries: Array<LiveEntry>;
}

export interface Lock {
  type: "lock";
  request?: string;
  topic: string;
  lock: LockView | null;
}

/** Who holds a composer. It hinders nobody. */
export interface LockView {
  id: string;
  name: string;
  since: string;
  until: string;
}

/** A sign of life, every half minute. `seqs`: the numbers that the client has. */
export interface Ping {
  action: "ping";
  request?: string;
  seqs?: Record<string, number>;
}

/** `heads`: the newest number of each topic that was asked for; who has them is complete up to `as_of`. `lost`: not followed on this socket (any more). */
export interface Pong {
  type: "pong";
  request?: string;
  as_of: string;
  heads: Record<string, number>;
  lost: Array<string>;
}

/** A supervisor takes the composer. */
export interface Take {
  action: "take";
  request?: string;
  conversation_id: string;
}

/** An agent writes, or has stopped (`on` false); a reply is told to the customer, a note never. */
export interface Typing {
  action: "typing";
  request?: string;
  conversation_id: string;
  on?: boolean;
  composing?: "note" | "reply";
}

/** Somebody writes until then. Visitors are told a name alone. */
export interface TypingView {
  type: "typing";
  topic: string;
  who: WhoView;
  until: string;
  conversation_id?: string;
  composing?: "message" | "note" | "reply";
}

/** What this socket shows from now on; null: nothing. */
export interface ViewFrame {
  action: "view";
  request?: string;
  conversation_id: string | null;
}

export interface ViewerView {
  id: string;
  name: string;
  since: string;
  until: string;
  composing: "note" | "reply" | null;
}

export interface Viewers {
  type: "viewers";
  topic: string;
  viewers: Array<ViewerView>;
  lock: LockView | null;
}

/** Who else looks at what this socket shows now. */
export interface Viewing {
  type: "viewing";
  request?: string;
  conversation_id: string | null;
  viewers: Array<ViewerView>;
  lock: LockView | null;
}

export interface WhoView {
  kind: string;
  name: string | null;
  id?: string;
}

export type Said = Follow | Leave | Ping | Typing | ViewFrame | Take;

export type Told = Followed | LiveError | Left | Pong | Lock | Viewing | Entries | Heads | TypingView | Viewers | Gauges;
