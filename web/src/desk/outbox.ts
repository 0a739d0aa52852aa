/** What was sent and is not stored yet: shown at once, sent until the desk has it, once. */

import { useSyncExternalStore } from "react";

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
  refusal?: { code: string; detail: string; field: string | null; facts: Record<string, unknown> };
}

const NONE: readonly Pending[] = [];

/** Oldest first. */
export function usePending(_conversationId: string): readonly Pending[] {
  return useSyncExternalStore(() => () => undefined, () => NONE);
}

export interface Outbox {
  /** Another attempt of the same, at once. */
  retry: (clientId: string) => void;
  /** It is not sent; its text goes back into the composer. */
  takeBack: (clientId: string) => void;
  drop: (clientId: string) => void;
}

export const outbox: Outbox = { retry: () => undefined, takeBack: () => undefined, drop: () => undefined };
