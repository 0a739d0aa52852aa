/** What is known about the customer of a conversation. */
export default function ContextPanel({ conversationId }: { conversationId: string }) {
  return <p>{conversationId}</p>;
}
