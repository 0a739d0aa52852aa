/** Where something can be said to a contact now: their newest conversation that was merged into no other. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../api/client";
import { useApi } from "../../app/desk";
import { contactKey } from "../../contact/queries";
import { conversationOf } from "../../contact/timeline";

/** Undefined while nobody knows yet. */
export function useNewestConversation(contactId: string): string | null | undefined {
  const api = useApi();
  const lines = useQuery({
    queryKey: [...contactKey(contactId), "newest"],
    queryFn: () =>
      told(api.GET("/contacts/{contact_id}/timeline", { params: { path: { contact_id: contactId }, query: { kind: "conversation", limit: 5 } } })),
  });
  if (lines.data === undefined) return undefined;
  return lines.data.items.map(conversationOf).find((id) => id !== null) ?? null;
}
