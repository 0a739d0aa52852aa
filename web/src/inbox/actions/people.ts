/** Whom something can be given to: colleagues with how they are there, teams with how their queue is. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi } from "../../app/desk";

export type Colleague = Pick<Schemas["AgentView"], "id" | "name" | "team_ids"> & { presence: Schemas["PresenceView"] | null };
export type Team = Schemas["TeamView"];
export type Queue = Schemas["QueueView"];

const FRESH = 5_000;
export const PAGE = 100;
/** Larger desks look for somebody by a team. */
const MOST_PAGES = 5;

export function useColleagues() {
  const api = useApi();
  return useQuery({
    queryKey: ["actions", "colleagues"],
    staleTime: FRESH,
    queryFn: async (): Promise<Colleague[]> => {
      const [agents, presences] = await Promise.all([
        pages((cursor) => told(api.GET("/agents", { params: { query: { limit: PAGE, ...cursor } } }))),
        pages((cursor) => told(api.GET("/presence", { params: { query: { limit: PAGE, ...cursor } } }))),
      ]);
      const there = new Map(presences.map((each) => [each.agent_id, each]));
      return agents.filter((each) => each.enabled).map((each) => ({ ...each, presence: there.get(each.id) ?? null })).sort(byRoom);
    },
  });
}

/** Who takes work first, and of those who has the most room. */
export function byRoom(one: Colleague, other: Colleague): number {
  const room = ({ presence }: Colleague) => (presence === null ? -1 : presence.units - presence.used);
  const there = ({ presence }: Colleague) => Number(presence?.available ?? false);
  return there(other) - there(one) || room(other) - room(one) || one.name.localeCompare(other.name);
}

export function useTeams() {
  const api = useApi();
  return useQuery({
    queryKey: ["actions", "teams"],
    staleTime: 60_000,
    queryFn: () => pages((cursor) => told(api.GET("/teams", { params: { query: { limit: PAGE, ...cursor } } }))),
  });
}

export function useQueues() {
  const api = useApi();
  return useQuery({ queryKey: ["actions", "queues"], staleTime: FRESH, queryFn: async () => (await told(api.GET("/queues"))).items });
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export async function pages<T>(read: (cursor: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  for (let turn = 0; turn < MOST_PAGES; turn++) {
    const page: Page<T> = await read(cursor === null ? {} : { cursor });
    all.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === null) break;
  }
  return all;
}
