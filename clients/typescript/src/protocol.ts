// Made from the AsyncAPI document by `python -m tests.clients.golden`. Do not edit.

/** Conversations that joined the queue, a minute: over the last 1, 5, 15 and 60 whole minutes. */
export interface ArrivalsView {
  last_1: number;
  last_5: number;
  last_15: number;
  last_60: number;
}

/** A promise of service that is broken, or is due within half an hour, and not answered yet. */
export interface AtRiskView {
  id: string;
  conversation_id: string;
  clock: string;
  channel: string;
  team_id: string | null;
  owner_id: string | null;
  started_at: string;
  due_at: string;
  breached: boolean;
}

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

/** `team_ids`: those they work for now. `because`: why new work may come, or not. `held`: open and pending conversations; `used` of `units` are taken. `idle_since`: when they were last given something. */
export interface FloorAgentView {
  agent_id: string;
  name: string;
  team_ids: Array<string>;
  intent: string;
  connected: boolean;
  on_shift: boolean;
  available: boolean;
  because: string;
  units: number;
  used: number;
  free_units: number;
  held: number;
  idle_since: string | null;
}

/** `open`: open and pending conversations; `waiting`: open ones of nobody's. */
export interface FloorChannelView {
  channel: string;
  open: number;
  waiting: number;
  oldest_waiting_since: string | null;
  arrivals: ArrivalsView;
}

/** What has changed on the floor, whole things by their ids, for who has it as of `since`; whoever has another one, or is told to `fetch`, reads it by the REST API. At most every five seconds. */
export interface FloorFrame {
  type: "floor";
  topic: string;
  as_of: string;
  since: string | null;
  fetch: boolean;
  agents_are_more: boolean;
  at_risk_is_more: boolean;
  changed: FloorListsView;
  gone: FloorGoneView;
}

/** Ids of what is there no more; of queues the team's, of channels their name. */
export interface FloorGoneView {
  queues: Array<string>;
  agents: Array<string>;
  at_risk: Array<string>;
  channels: Array<string>;
}

export interface FloorListsView {
  queues: Array<FloorQueueView>;
  agents: Array<FloorAgentView>;
  at_risk: Array<AtRiskView>;
  channels: Array<FloorChannelView>;
}

/** `depth_is_more`: more than `depth` wait. `arrivals`: joined a minute. `taken_today`, `left_today`: waits that ended since midnight UTC, by somebody's taking it or without; `abandoned_percent`: the share of the latter. `due_soon`, `breached`: of its conversations' clocks in `at_risk`. */
export interface FloorQueueView {
  team_id: string;
  name: string;
  depth: number;
  depth_is_more: boolean;
  oldest_waiting_since: string | null;
  agents_available: number;
  free_units: number;
  arrivals: ArrivalsView;
  taken_today: number;
  left_today: number;
  abandoned_percent: number | null;
  expected_wait: FloorWaitView | null;
  due_soon: number;
  breached: number;
}

/** Half of the like before waited no longer than `p50_seconds`, nine of ten no longer than `p90_seconds`; from so many `samples` of the last seven days. */
export interface FloorWaitView {
  p50_seconds: number;
  p90_seconds: number;
  samples: number;
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

export type Told = Followed | LiveError | Left | Pong | Lock | Viewing | Entries | Heads | TypingView | Viewers | Gauges | FloorFrame;
