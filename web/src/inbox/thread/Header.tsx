import type { Conversation } from "../../desk/conversation";

interface Props {
  conversation: Conversation;
  back: (() => void) | undefined;
  context: () => void;
}

/** Who it is, how it stands, and what can be done with it. */
export function Header({ conversation }: Props) {
  return <h2>{conversation.contact_name}</h2>;
}
