/** Telling that somebody writes, and hearing who else does (docs/collisions.md). */

import { useCallback, useEffect, useRef, useState } from "react";
import type { LockView } from "parley-live";
import { useFollow, useLiveDesk, useMe, useNow } from "../../app/desk";
import type { Mode } from "../../desk/draftWords";

const SAID_EVERY = 3_000;

/** `typed` after each key, `stopped` when there is nothing left to be said. */
export function useTyping(conversationId: string, mode: Mode): { typed: () => void; stopped: () => void } {
  const live = useLiveDesk();
  const saidAt = useRef(0);
  const say = useCallback(
    (on: boolean) => live.say({ action: "typing", conversation_id: conversationId, on, composing: mode }),
    [live, conversationId, mode],
  );
  const typed = useCallback(() => {
    if (Date.now() - saidAt.current < SAID_EVERY) return;
    saidAt.current = Date.now();
    say(true);
  }, [say]);
  const stopped = useCallback(() => {
    if (saidAt.current === 0) return;
    saidAt.current = 0;
    say(false);
  }, [say]);
  useEffect(() => stopped, [stopped]);
  return { typed, stopped };
}

/** Which colleague holds the composer now; null: nobody. */
export function useLock(conversationId: string): LockView | null {
  const me = useMe();
  const [lock, setLock] = useState<LockView | null>(null);
  const topic = `conversation:${conversationId}`;
  useFollow({
    topics: [topic],
    signal: (frame) => {
      const mine = frame["topic"] === topic || frame["conversation_id"] === conversationId;
      if (mine && (frame.type === "lock" || frame.type === "viewers" || frame.type === "viewing")) setLock((frame["lock"] as LockView | null) ?? null);
    },
  });
  const now = useNow(5_000);
  return lock !== null && lock.id !== me.id && Date.parse(lock.until) > now ? lock : null;
}
