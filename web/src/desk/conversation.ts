/** A conversation as it is now, and the topic that keeps it so. */

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Thing } from "parley-live";
import { told, type Api, type Schemas } from "../api/client";
import { useApi, useFollow, useLiveDesk } from "../app/desk";
import { useRecent } from "./lately";
import { shorten, tailThing } from "./tail";
import { newer, useView } from "./things";

export type Conversation = Schemas["ConversationView"];
export type Entry = Schemas["ThreadView"]["items"][number];
export type Message = Extract<Entry, { type: "message" }>;
export type Note = Extract<Entry, { type: "note" }>;

/** How many entries are read when a conversation is opened. */
const FIRST = 50;
export const conversationKey = (id: string) => ["conversation", id] as const;

/** `data` is the newest of what was read and what was told. */
export function useConversation(id: string): Pick<UseQueryResult<Conversation>, "data" | "error" | "isPending" | "refetch" | "fetchStatus"> {
  const [api, recent] = [useApi(), useRecent()];
  const query = useQuery({
    queryKey: conversationKey(id),
    queryFn: () => told(api.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: id } } })),
    staleTime: 60_000,
  });
  const live = useView<Conversation>("conversation", id);
  const { error, isPending, refetch, fetchStatus } = query;
  const known = newer(query.data, live);
  const data = newer(known, recent.of(id, known?.version ?? 0)?.conversation);
  // What is told live, or was read lately, is complete: nobody waits for what is read.
  return { data, error, isPending: isPending && data === undefined, refetch, fetchStatus };
}

/** Keeps an open conversation and its newest entries live. */
export function useOpenConversation(id: string): void {
  const [api, live] = [useApi(), useLiveDesk()];
  useFollow({ topics: [`conversation:${id}`], read: () => newestOf(api, id), changed: () => shorten(live, id) });
}

/** Everything that the topic of a conversation begins with. */
export async function newestOf(api: Api, id: string): Promise<Thing[]> {
  const path = { conversation_id: id };
  const page = await told(api.GET("/conversations/{conversation_id}/messages", { params: { path, query: { limit: FIRST } } }));
  const from = page.before === null ? null : (page.items[0]?.id ?? null);
  return [conversationThing(page.conversation), tailThing(id, from), ...page.items.map(entryThing)];
}

const conversationThing = (view: Conversation): Thing => ({ kind: "conversation", id: view.id, version: view.version, view: { ...view } });

export function entryThing(view: Entry): Thing {
  return { kind: view.type, id: view.id, version: view.version, view: { ...view } };
}
