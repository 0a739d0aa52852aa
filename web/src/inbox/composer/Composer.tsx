import type { Conversation } from "../../desk/conversation";

/** Where replies and notes are written. */
export function Composer({ conversation }: { conversation: Conversation }) {
  return <p>{conversation.channel}</p>;
}
