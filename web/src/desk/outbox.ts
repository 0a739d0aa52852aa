/** What was sent and is not stored yet: shown at once, sent until the desk has it, once. */

import { useCallback, useSyncExternalStore } from "react";
import type { OutboxEngine, Sending } from "./outboxEngine";

export interface Pending {
  /** A UUID of version 7; the stored message has it as its `client_id`. */
  clientId: string;
  conversationId: string;
  mode: "reply" | "note";
  legId: string | null;
  text: string;
  files: ReadonlyArray<{ name: string; mime: string; size: number }>;
  /** Milliseconds since 1970. */
  at: number;
  /** `waiting`: there is no line, or the desk is out of order; `refused`: only a person can help. */
  state: "sending" | "waiting" | "refused";
  refusal?: { code: string; detail: string; field: string | null; facts: Record<string, unknown>; requestId?: string | null };
}

const NONE: readonly Pending[] = [];

let engine: OutboxEngine | null = null;
const waiting = new Set<() => void>();
let putBack: (row: Sending) => void = () => undefined;

/** While somebody is signed in; `back` takes into the composer what is not to be sent. */
export function setEngine(next: OutboxEngine | null, back: (row: Sending) => void): void {
  engine = next;
  putBack = back;
  for (const told of waiting) told();
}

function listen(told: () => void): () => void {
  waiting.add(told);
  return () => waiting.delete(told);
}

/** Oldest first. */
export function usePending(conversationId: string): readonly Pending[] {
  const read = useCallback((): readonly Pending[] => engine?.of(conversationId) ?? NONE, [conversationId]);
  return useSyncExternalStore(listen, read);
}

export interface Outbox {
  send: (row: Sending) => void;
  /** Another attempt of the same, at once. What was refused because more was said meanwhile goes all the same now. */
  retry: (clientId: string) => void;
  /** It is not sent; its text goes back into the composer. */
  takeBack: (clientId: string) => void;
  drop: (clientId: string) => void;
}

export const outbox: Outbox = {
  send: (row) => engine?.add(row),
  retry: (id) => engine?.retry(id),
  takeBack: (id) => {
    const row = engine?.drop(id);
    if (row !== undefined) putBack(row);
  },
  drop: (id) => void engine?.drop(id),
};

/** Called by the engine's changes. */
export function outboxChanged(): void {
  for (const told of waiting) told();
}
