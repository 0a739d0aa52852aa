/** How many each list has. Read when it is needed, and gently again when something has changed. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi, useFollow, useMe } from "../../app/desk";
import { useGently } from "../../desk/gently";
import { counted, numberOf, type Count } from "./numbers";
import type { Place, SavedView } from "./places";

const LONG = 5 * 60_000;
const MOST = 20;

/** Teams and inboxes change rarely. */
export function useTeams(): readonly Schemas["TeamView"][] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["teams", "page"],
    queryFn: () => told(api.GET("/teams", { params: { query: { limit: 100 } } })),
    staleTime: LONG,
  });
  return data?.items ?? NONE;
}

export function useInboxes(): readonly Schemas["InboxView"][] {
  const api = useApi();
  const { data } = useQuery({ queryKey: ["inboxes", "of lists"], queryFn: () => told(api.GET("/inboxes")), staleTime: LONG });
  return data?.items ?? NONE;
}

export const VIEWS_KEY = ["views"] as const;

export function useViews(): readonly SavedView[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: VIEWS_KEY,
    queryFn: () => told(api.GET("/views", { params: { query: { counts: true } } })),
    staleTime: LONG,
  });
  return data?.items ?? NONE;
}

const NONE: readonly never[] = [];

/** Whether it has been read: a desk may have no teams at all. */
export const isKnown = (all: readonly unknown[]): boolean => all !== NONE;

/** Null: not known. `of` a list is how many it has with nothing filtered. */
export function useCounts(teams: readonly string[], inboxes: readonly string[], known: boolean, asked: boolean): (place: Place) => Count | null {
  const [api, me] = [useApi(), useMe()];
  const queries = useQueryClient();
  const ids = { team_ids: teams.slice(0, MOST).join(","), inbox_ids: inboxes.slice(0, MOST).join(",") };
  const { data } = useQuery({
    queryKey: ["counts", ids],
    queryFn: () => told(api.GET("/conversations/counts", { params: { query: ids } })),
    placeholderData: (before) => before,
    enabled: known,
  });
  const { data: windows } = useQuery({
    queryKey: ["counts", "windows"],
    queryFn: () => told(api.GET("/windows", { params: { query: { limit: 50 } } })),
    enabled: asked,
  });
  const { data: mentions } = useQuery({
    queryKey: ["counts", "mentions"],
    queryFn: () => told(api.GET("/me/mentions", { params: { query: { limit: 1 } } })),
    enabled: asked,
  });
  const again = useGently(() => void queries.invalidateQueries({ queryKey: ["counts"] }));
  useFollow({
    topics: [`work:${me.id}`, "team:fallback", ...teams.slice(0, MOST).map((id) => `team:${id}`)],
    changed: (things) => {
      if (things.some(([kind]) => kind === "conversation")) again();
    },
    reset: again,
  });
  return (place) => {
    if (place.kind === "windows") return windows === undefined ? null : { n: windows.items.length, more: windows.next_cursor !== null };
    if (place.kind === "mentions") return mentions === undefined ? null : { n: mentions.unseen, more: mentions.unseen >= 100 };
    const n = data === undefined ? null : numberOf(place, data);
    return n === null ? null : counted(n);
  };
}
