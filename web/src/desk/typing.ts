/** Who types where, as the live line tells: each sign ends by itself. */

import { useCallback, useSyncExternalStore } from "react";
import type { Frame } from "parley-live";

interface Typist {
  name: string;
  /** The customer, or a colleague. */
  customer: boolean;
  until: number;
}

const typists = new Map<string, Typist>();
const watchers = new Map<string, Set<() => void>>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

function tell(conversationId: string): void {
  for (const told of watchers.get(conversationId) ?? []) told();
}

/** To be called with every frame that passes; others than typing are left alone. */
export function heardTyping(frame: Frame, me: string, now = Date.now()): void {
  const { type, conversation_id: id, who, until } = frame as unknown as { type: string; conversation_id?: string; who?: { kind: string; id: string; name: string }; until?: string };
  if (type !== "typing" || id === undefined || who === undefined || until === undefined || who.id === me) return;
  const ends = Date.parse(until);
  clearTimeout(timers.get(id));
  if (ends <= now) typists.delete(id);
  else {
    typists.set(id, { name: who.name, customer: who.kind === "contact", until: ends });
    timers.set(
      id,
      setTimeout(() => {
        typists.delete(id);
        tell(id);
      }, ends - now),
    );
  }
  tell(id);
}

export function useTyping(conversationId: string): Typist | null {
  const watch = useCallback(
    (told: () => void) => {
      const all = watchers.get(conversationId) ?? new Set();
      watchers.set(conversationId, all.add(told));
      return () => {
        all.delete(told);
        if (all.size === 0) watchers.delete(conversationId);
      };
    },
    [conversationId],
  );
  return useSyncExternalStore(watch, () => typists.get(conversationId) ?? null);
}
