/** Who else looks at a conversation, and who writes in it: signs that pass (docs/collisions.md). */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useFollow, useLiveDesk, useLiveStatus, useMe, useNow } from "../../app/desk";

export type Viewer = Schemas["ViewerView"];
type Around = Schemas["ViewersView"];

export interface Typist {
  id: string;
  name: string | null;
  kind: string;
  composing: string | null;
  until: string;
}

const key = (id: string) => ["viewers", id] as const;

/** Says what this window shows, as long as it does; again on each new line. */
export function useShown(conversationId: string): void {
  const live = useLiveDesk();
  const connected = useLiveStatus().state === "live";
  useEffect(() => {
    if (connected) live.say({ action: "view", conversation_id: conversationId } as never);
  }, [live, connected, conversationId]);
  useEffect(() => () => live.say({ action: "view", conversation_id: null } as never), [live, conversationId]);
}

/** Others than the reader, as they are now; what has passed its time is gone. */
export function useAround(conversationId: string): { viewers: Viewer[]; lock: Around["lock"]; typing: Typist[] } {
  const [api, me, cache, now] = [useApi(), useMe(), useQueryClient(), useNow(2_000)];
  const [typing, setTyping] = useState<readonly Typist[]>([]);
  const path = { conversation_id: conversationId };
  const { data } = useQuery({
    queryKey: key(conversationId),
    queryFn: () => told(api.GET("/conversations/{conversation_id}/viewers", { params: { path } })),
    staleTime: Infinity,
    retry: 1,
  });
  useEffect(() => setTyping([]), [conversationId]);
  useFollow({
    topics: [`conversation:${conversationId}`],
    signal: (frame) => {
      if (frame["topic"] !== `conversation:${conversationId}` && frame["conversation_id"] !== conversationId) return;
      const keep = (changes: Partial<Around>) => cache.setQueryData<Around>(key(conversationId), (before) => ({ viewers: [], lock: null, ...before, ...changes }));
      if (frame.type === "viewers" || frame.type === "viewing") keep({ viewers: frame["viewers"] as Viewer[], lock: frame["lock"] as Around["lock"] });
      if (frame.type === "lock") keep({ lock: frame["lock"] as Around["lock"] });
      if (frame.type === "typing") setTyping((all) => typed(all, frame));
    },
  });
  const alive = ({ id, until }: { id: string; until: string }) => id !== me.id && Date.parse(until) > now;
  const lock = data?.lock ?? null;
  return {
    viewers: (data?.viewers ?? []).filter(alive),
    lock: lock !== null && alive(lock) ? lock : null,
    typing: typing.filter(alive),
  };
}

function typed(all: readonly Typist[], frame: Record<string, unknown>): readonly Typist[] {
  const who = frame["who"] as { kind: string; id: string | null; name: string | null };
  const id = who.id ?? who.kind;
  const next = { id, kind: who.kind, name: who.name, composing: (frame["composing"] as string | null) ?? null, until: String(frame["until"]) };
  return [...all.filter((each) => each.id !== id), next];
}
