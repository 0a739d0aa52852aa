/** Who and what there is to choose from: all pages of the lists, kept together for the pages of administration. */

import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { told, type Api, type Schemas } from "../../../api/client";
import { useApi } from "../../../app/desk";

export type Agent = Schemas["AgentView"];
export type Presence = Schemas["PresenceView"];
export type Team = Schemas["TeamView"];
export type Hours = Schemas["HoursView"];
export type Inbox = Schemas["InboxView"];

/** All begin with `admin`: what was saved on one page is asked for anew on the others. */
export const KEYS = {
  agents: ["admin", "agents"],
  presences: ["admin", "presences"],
  teams: ["admin", "teams"],
  hours: ["admin", "hours"],
  inboxes: ["admin", "all-inboxes"],
} as const;

interface Paged<T> {
  items: T[];
  next_cursor: string | null;
}

/** Every page of a list, one after the other. */
export async function every<T>(page: (query: { limit: number; cursor?: string }) => Promise<Paged<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const { items, next_cursor }: Paged<T> = await page({ limit: 100, ...(cursor === null ? {} : { cursor }) });
    found.push(...items);
    cursor = next_cursor;
  } while (cursor !== null);
  return found;
}

const agents = (api: Api) => () => every((query) => told(api.GET("/agents", { params: { query } })));
const teams = (api: Api) => () => every((query) => told(api.GET("/teams", { params: { query } })));
const presences = (api: Api) => () => every((query) => told(api.GET("/presence", { params: { query } })));

export function useAgents(): UseQueryResult<Agent[]> {
  return useQuery({ queryKey: KEYS.agents, queryFn: agents(useApi()) });
}

export function usePresences(): UseQueryResult<Presence[]> {
  return useQuery({ queryKey: KEYS.presences, queryFn: presences(useApi()), refetchInterval: 30_000 });
}

export function useTeams(): UseQueryResult<Team[]> {
  return useQuery({ queryKey: KEYS.teams, queryFn: teams(useApi()) });
}

export function useHours(): UseQueryResult<Hours[]> {
  const api = useApi();
  return useQuery({ queryKey: KEYS.hours, queryFn: async () => (await told(api.GET("/hours"))).items });
}

export function useInboxes(): UseQueryResult<Inbox[]> {
  const api = useApi();
  return useQuery({ queryKey: KEYS.inboxes, queryFn: async () => (await told(api.GET("/inboxes"))).items });
}

/** Puts one answered presence in the place of the one that is shown. */
export function usePutPresence(): (one: Presence) => void {
  const cache = useQueryClient();
  return (one) =>
    cache.setQueryData<Presence[]>(KEYS.presences, (known) => known?.map((each) => (each.agent_id === one.agent_id ? one : each)));
}

export const namesOf = (ids: readonly string[], teams: readonly Team[]): string[] =>
  ids.map((id) => teams.find((team) => team.id === id)?.name ?? id);
