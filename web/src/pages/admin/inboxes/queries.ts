/** What the pages of inboxes ask. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { useApi } from "../../../app/desk";

export const INBOXES = ["inboxes", "signs"];
const AGAIN = 15_000;

/** With what is known of each; `every` for who waits for something to happen. */
export function useInboxes(every = AGAIN) {
  const api = useApi();
  return useQuery({
    queryKey: INBOXES,
    queryFn: async () => (await told(api.GET("/inboxes", { params: { query: { signs: true } } }))).items,
    refetchInterval: every,
  });
}

export function useChannels() {
  const api = useApi();
  return useQuery({ queryKey: ["channels"], queryFn: async () => (await told(api.GET("/channels"))).items, staleTime: Infinity });
}

export function useTeams() {
  const api = useApi();
  return useQuery({
    queryKey: ["teams", "all"],
    queryFn: async () => (await told(api.GET("/teams", { params: { query: { limit: 100 } } }))).items,
  });
}
