/** Who types where, as the live line tells: each sign ends by itself. */

import type { Frame } from "parley-live";
import { useWatched, Watchers } from "./watchers";

interface Typist {
  name: string;
  /** The customer, or a colleague. */
  customer: boolean;
  until: number;
}

const typists = new Map<string, Typist>();
const watchers = new Watchers();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

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
        timers.delete(id);
        watchers.tell(id);
      }, ends - now),
    );
  }
  watchers.tell(id);
}

export const useTyping = (conversationId: string): Typist | null => useWatched(watchers, conversationId, () => typists.get(conversationId) ?? null);
