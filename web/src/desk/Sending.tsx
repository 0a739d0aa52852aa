/** The outbox and the drafts of who is signed in, for as long as they are. */

import { createContext, useContext, useEffect, useMemo, type ReactNode } from "react";
import { told, type Api } from "../api/client";
import { Problem } from "../api/problem";
import { useApi, useLiveDesk, useMe, useSay } from "../app/desk";
import type { LiveDesk } from "../live/desk";
import { entryThing, type Entry } from "./conversation";
import { Drafts, type KeptDraft } from "./drafts";
import type { Draft } from "./draftWords";
import { outboxChanged, setEngine } from "./outbox";
import { OutboxEngine, type Answer, type News, type Sending as Row } from "./outboxEngine";
import { shelfOf } from "./shelf";

const DraftsContext = createContext<Drafts | null>(null);

export function useDrafts(): Drafts {
  const drafts = useContext(DraftsContext);
  if (drafts === null) throw new Error("it is asked for outside of Sending");
  return drafts;
}

export function Sending({ children }: { children: ReactNode }) {
  const [api, live, me, say] = [useApi(), useLiveDesk(), useMe(), useSay()];
  // Texts change with the language; drafts stay.
  const drafts = useMemo(() => new Drafts(shelfOf<KeptDraft>(me.id, "drafts"), api, (n) => say("composer.file_n", { n })), [api, me.id]);
  useEffect(() => keepDrafts(drafts), [drafts]);
  useEffect(() => begin(api, live, me.id, drafts), [api, live, me.id, drafts]);
  return <DraftsContext value={drafts}>{children}</DraftsContext>;
}

function keepDrafts(drafts: Drafts): () => void {
  void drafts.restore();
  const hidden = () => document.visibilityState === "hidden" && drafts.flush();
  const flush = () => drafts.flush();
  document.addEventListener("visibilitychange", hidden);
  addEventListener("pagehide", flush);
  addEventListener("online", flush);
  return () => {
    drafts.flush();
    document.removeEventListener("visibilitychange", hidden);
    removeEventListener("pagehide", flush);
    removeEventListener("online", flush);
  };
}

function begin(api: Api, live: LiveDesk, agentId: string, drafts: Drafts): () => void {
  const tabs = new BroadcastChannel(`parley.outbox.${agentId}`);
  const engine = new OutboxEngine({
    shelf: shelfOf<Row>(agentId, "outbox"),
    tell: (news) => tabs.postMessage(news),
    post: (row) => posted(api, live, drafts, row),
  });
  tabs.onmessage = ({ data }: MessageEvent<News>) => engine.heard(data);
  setEngine(engine, (row) => drafts.change(row.conversationId, row.mode, restored(drafts, row)));
  const ends = [
    engine.listen(outboxChanged),
    live.watch("message", null, () => settle(engine, live, "message")),
    live.watch("note", null, () => settle(engine, live, "note")),
    live.listen(() => live.status().state === "live" && engine.hurry()),
  ];
  const ended = new AbortController();
  void engine.restore().then(() => leading(agentId, ended.signal, () => engine.lead()));
  return () => {
    for (const end of ends) end();
    ended.abort();
    engine.end();
    setEngine(null, () => undefined);
    tabs.close();
  };
}

/** One tab of a browser sends; where locks are not to be had each does, and the desk takes each thing once. */
function leading(agentId: string, signal: AbortSignal, lead: () => void): void {
  if (signal.aborted) return;
  if (!("locks" in navigator)) return lead();
  const held = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  void navigator.locks.request(`parley.outbox.${agentId}`, { signal }, () => (lead(), held)).catch(() => undefined);
}

/** What is on the screen as stored is shown once. */
function settle(engine: OutboxEngine, live: LiveDesk, kind: "message" | "note"): void {
  if (engine.isEmpty) return;
  for (const { view } of live.store.ofKind(kind)) {
    if (typeof view["client_id"] === "string" && engine.has(view["client_id"])) engine.settled(view["client_id"]);
  }
}

async function posted(api: Api, live: LiveDesk, drafts: Drafts, row: Row): Promise<Answer> {
  try {
    const entries = await stored(api, row);
    live.learn(`conversation:${row.conversationId}`, entries.map(entryThing));
    drafts.accepted(row.conversationId);
    if (row.resolve) await resolved(api, row.conversationId).catch(() => undefined);
    return { status: 202 };
  } catch (fault) {
    if (!(fault instanceof Problem)) return { status: null };
    const { status, code, detail, field, facts, requestId } = fault;
    return { status, refusal: { code, detail, field, facts, requestId } };
  }
}

async function stored(api: Api, row: Row): Promise<Entry[]> {
  const params = { path: { conversation_id: row.conversationId } };
  const body = row.body as never;
  if (row.to === "notes") return [await told(api.POST("/conversations/{conversation_id}/notes", { params, body }))];
  if (row.to === "legs") return [(await told(api.POST("/conversations/{conversation_id}/legs", { params, body }))).message];
  const { more, ...first } = await told(api.POST("/conversations/{conversation_id}/messages", { params, body }));
  return [first, ...more];
}

const resolved = (api: Api, conversationId: string) =>
  told(api.POST("/conversations/{conversation_id}/status", { params: { path: { conversation_id: conversationId } }, body: { status: "resolved", snoozed_until: null, wake_on: null } }));

/** What was not sent stands before what is being written by now. */
function restored(drafts: Drafts, row: Row): Partial<Draft> {
  const [back, now] = [row.back as Partial<Draft>, drafts.get(row.conversationId, row.mode)];
  const text = [row.text, now.text].filter((each) => each.trim() !== "").join("\n\n");
  return { ...back, text, files: [...(back.files ?? []), ...now.files] };
}
