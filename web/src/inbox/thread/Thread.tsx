import type { Conversation } from "../../desk/conversation";

/** What was said. */
export function Thread({ conversation }: { conversation: Conversation }) {
  return <p>{conversation.id}</p>;
}
