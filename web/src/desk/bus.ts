/** What parts of the inbox say to each other without knowing each other. */

import { useEffect, useRef } from "react";
import type { Act } from "../inbox/actions/rules";

export interface Said {
  /** Put something into the composer of a conversation: behind what stands in `mode` (the one shown, without it).
   * `quote`: the id of the message that is answered. */
  compose: { conversationId: string; text?: string; mode?: "reply" | "note"; quote?: string; focus?: boolean };
  /** Show an entry of a conversation's thread, in the middle, marked for a moment. */
  reveal: { conversationId: string; entryId: string };
  /** Open the picker of ways to reach the customer. */
  legs: { conversationId: string };
  /** Something of one's own was sent: it is shown at the thread's end. */
  sent: { conversationId: string };
  /** Search in the thread that is shown. */
  search: { conversationId: string };
  /** Do something with a conversation, or open the dialog for it. `messageId`: where it is split. */
  act: { conversationId: string; act: Act; messageId?: string };
}

type Hearers = { [Name in keyof Said]?: Set<(said: Said[Name]) => void> };

const hearers: Hearers = {};

export function saySo<Name extends keyof Said>(name: Name, said: Said[Name]): void {
  for (const hear of (hearers[name] as Set<(said: Said[Name]) => void> | undefined) ?? []) hear(said);
}

/** While the component is there; the newest function is called. */
export function useHear<Name extends keyof Said>(name: Name, hear: (said: Said[Name]) => void): void {
  const newest = useRef(hear);
  useEffect(() => {
    newest.current = hear;
  });
  useEffect(() => {
    const mine = (said: Said[Name]) => newest.current(said);
    const all = ((hearers[name] as Set<typeof mine> | undefined) ?? new Set()).add(mine);
    (hearers as Record<string, unknown>)[name] = all;
    return () => void all.delete(mine);
  }, [name]);
}
