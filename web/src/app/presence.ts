/** One's own presence: what was chosen, whether the desk sees this client, how much is held. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../api/client";
import { useApi, useMe } from "./desk";

export type Presence = Schemas["PresenceView"];

const BEAT = 30_000;
export const presenceKey = ["me", "presence"];

/** The caller's presence; every answer is a sign of life too. Null for who is no agent, and gives none. */
export function usePresence(): { data: Presence | null | undefined } {
  const [api, { listed }] = [useApi(), useMe()];
  const { data } = useQuery({
    queryKey: presenceKey,
    queryFn: () => told(api.POST("/me/heartbeat")),
    enabled: listed,
    refetchInterval: BEAT,
    // A hidden tab is there too: work goes on coming.
    refetchIntervalInBackground: true,
    staleTime: BEAT,
  });
  return { data: listed ? data : null };
}
