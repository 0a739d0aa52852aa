/** What colleagues and teams are called, by id. */

import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { told, type Api, type Schemas } from "../api/client";
import { useApi, useSay } from "../app/desk";

const PAGE = 100;
const KEPT = 5 * 60_000;

export interface Colleague {
  id: string;
  name: string;
  enabled: boolean;
}

async function all<T>(page: (cursor?: string) => Promise<{ items: T[]; next_cursor: string | null }>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const next: { items: T[]; next_cursor: string | null } = await page(cursor ?? undefined);
    found.push(...next.items);
    cursor = next.next_cursor;
  } while (cursor !== null);
  return found;
}

const query = (cursor?: string) => ({ params: { query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } } });

const agentsOf = (api: Api): Promise<Schemas["AgentView"][]> => all((cursor) => told(api.GET("/agents", query(cursor))));
const teamsOf = (api: Api): Promise<Schemas["TeamView"][]> => all((cursor) => told(api.GET("/teams", query(cursor))));

export function useColleagues(): Colleague[] {
  const api = useApi();
  return useQuery({ queryKey: ["names", "agents"], queryFn: () => agentsOf(api), staleTime: KEPT }).data ?? [];
}

export function useTeams(): { id: string; name: string }[] {
  const api = useApi();
  return useQuery({ queryKey: ["names", "teams"], queryFn: () => teamsOf(api), staleTime: KEPT }).data ?? [];
}

/** Whom an id means; what nobody is known by stays as it is, once it is known who there is. */
export function useNameOf(): (id: string | null | undefined) => string {
  const [say, agents, teams] = [useSay(), useColleagues(), useTeams()];
  return useCallback(
    (id) => {
      if (!id) return "";
      if (id === "system") return say("contact.by.system");
      if (id.startsWith("key_")) return say("contact.by.machine");
      if (id === "fallback") return say("contact.fallback");
      const known = [...agents, ...teams];
      return known.find((each) => each.id === id)?.name ?? (known.length === 0 ? "…" : id);
    },
    [say, agents, teams],
  );
}
