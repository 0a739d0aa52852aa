/** The conversation in which a customer has just written by an inbox: looked for until there is one. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi } from "../../../app/desk";

const AGAIN = 2_000;
/** What came shortly before the page was opened counts too: somebody writes first and looks then. */
const BEFORE = 10 * 60_000;

export type Arrival = Schemas["ConversationRow"];

export function useArrival(inboxId: string): Arrival | null {
  const api = useApi();
  const [since] = useState(() => Date.now() - BEFORE);
  const query = useQuery({
    queryKey: ["inboxes", inboxId, "arrival"],
    queryFn: async () => {
      const page = await told(api.GET("/conversations", { params: { query: { inbox_id: inboxId, status: "open", limit: 10 } } }));
      return page.items.find(({ last_message: last }) => last?.direction === "inbound" && Date.parse(last.occurred_at) >= since) ?? null;
    },
    refetchInterval: (found) => (found.state.data ? false : AGAIN),
    staleTime: 0,
  });
  return query.data ?? null;
}
