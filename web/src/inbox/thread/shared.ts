/** What all lines of one thread need to know, and what they can ask for. */

import { createContext, useContext } from "react";
import type { Conversation, Message } from "../../desk/conversation";
import type { Piece } from "./entries";

export interface Shared {
  conversation: Pick<Conversation, "id" | "contact_id" | "legs" | "active_leg_id">;
  /** The customer's name, as the reader sees it. */
  customer: string;
  /** The channel of a leg: its id. */
  channelOf: (legId: string) => string;
  /** Whether the channel of a leg can do something. */
  can: (legId: string, what: "delivered" | "read" | "reply_to" | "reaction") => boolean;
  /** Among what is there. */
  find: (id: string) => Piece | undefined;
  /** Everything that is there, in order. */
  all: () => readonly Piece[];
  /** Shows an entry in the middle; reads older ones until it is there. */
  reveal: (id: string) => void;
  react: (message: Message, emoji: string) => void;
  retry: (message: Message) => Promise<unknown>;
}

export const ThreadContext = createContext<Shared | null>(null);

export function useThread(): Shared {
  const shared = useContext(ThreadContext);
  if (shared === null) throw new Error("it is asked for outside of a thread");
  return shared;
}
