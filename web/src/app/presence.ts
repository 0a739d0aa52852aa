/** One's own presence: what was chosen, whether the desk sees this client, how much is held. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { useApi } from "./desk";

export type Presence = Schemas["PresenceView"];

const BEAT = 30_000;
export const presenceKey = ["me", "presence"];

/** The caller's presence; every answer is a sign of life too. Null for who has no place in the routing. */
export function usePresence() {
  const api = useApi();
  return useQuery({
    queryKey: presenceKey,
    queryFn: async (): Promise<Presence | null> => {
      try {
        return await told(api.POST("/me/heartbeat"));
      } catch (fault) {
        if (fault instanceof Problem && fault.code === "agent_not_found") return null;
        throw fault;
      }
    },
    // Who is no agent gives no sign of life either.
    refetchInterval: (query) => query.state.data !== null && BEAT,
    // A hidden tab is there too: work goes on coming.
    refetchIntervalInBackground: true,
    staleTime: BEAT,
  });
}
