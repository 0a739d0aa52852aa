/** Teams: who belongs to them, what waits in their queues, how it is given out. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { told } from "../../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { Page } from "../../../ui/Page";
import type { AreaProps } from "../areas";
import { useAgents, useTeams } from "../kit/people";
import { errorOf } from "../parts/faults";
import { ItemForm } from "../parts/ItemForm";
import { ListPage } from "../parts/ListPage";
import { useItem } from "../parts/useItem";
import { TeamPage } from "./TeamPage";

export default function Teams({ id, base }: AreaProps) {
  const me = useMe();
  if (id === "new" && atLeast(me.role, "admin")) return <NewTeam base={base} />;
  return id === undefined ? <List base={base} /> : <TeamPage id={id} base={base} />;
}

export function useQueues() {
  const api = useApi();
  return useQuery({ queryKey: ["admin", "queues"], queryFn: async () => (await told(api.GET("/queues"))).items });
}

function List({ base }: { base: string }) {
  const [say, me] = [useSay(), useMe()];
  const [teams, agents, queues] = [useTeams(), useAgents(), useQueues()];
  const queueOf = (id: string) => queues.data?.find((queue) => queue.team_id === id);
  const sizeOf = (id: string) => agents.data?.filter((agent) => agent.team_ids.includes(id)).length;
  return (
    <ListPage
      title={say("area.teams")}
      query={teams}
      keyOf={(team) => team.id}
      nameOf={(team) => team.name}
      nameTitle={say("teams.name")}
      hrefOf={(team) => `${base}/${team.id}`}
      columns={[
        { id: "members", title: say("teams.members"), number: true, cell: (team) => sizeOf(team.id) ?? "–" },
        { id: "waiting", title: say("teams.waiting"), number: true, cell: (team) => queueOf(team.id)?.depth ?? "–" },
        { id: "available", title: say("teams.available"), number: true, cell: (team) => queueOf(team.id)?.agents_available ?? "–" },
      ]}
      icon="people"
      emptyTitle={say("teams.none")}
      emptyText={say("teams.none_more")}
      {...(atLeast(me.role, "admin") ? { newHref: `${base}/new`, newText: say("teams.new") } : {})}
    />
  );
}

function NewTeam({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const item = useItem({
    key: `${base}/new`,
    stored: { name: "" },
    version: 0,
    isNew: true,
    save: ({ name }) => told(api.POST("/teams", { body: { name: name.trim() } })),
    onSaved: (team) => {
      void cache.invalidateQueries({ queryKey: ["admin"] });
      go(`${base}/${team.id}`);
    },
  });
  return (
    <Page title={say("teams.new")}>
      <ItemForm item={item} missing={item.draft.name.trim() === "" ? say("people.name_first") : undefined}>
        <TextField label={say("teams.name")} value={item.draft.name} onChange={(name) => item.change({ name })} maxLength={100} error={errorOf(item.refusal, "name")} />
      </ItemForm>
    </Page>
  );
}
