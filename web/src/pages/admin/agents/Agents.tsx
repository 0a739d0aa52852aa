/** People: who signs in, with which role, in which teams, and what they are doing now. */

import { useFormats, useMe, useSay, atLeast } from "../../../app/desk";
import type { AreaProps } from "../areas";
import { namesOf, useAgents, usePresences, useTeams, type Agent } from "../kit/people";
import { ListPage } from "../parts/ListPage";
import { AgentPage } from "./AgentPage";
import { Invite } from "./Invite";
import { Now } from "./Now";

export default function Agents({ id, base }: AreaProps) {
  const me = useMe();
  if (id === "new" && atLeast(me.role, "admin")) return <Invite base={base} />;
  return id === undefined ? <People base={base} /> : <AgentPage id={id} base={base} />;
}

function People({ base }: { base: string }) {
  const [say, me, formats] = [useSay(), useMe(), useFormats()];
  const [agents, presences, teams] = [useAgents(), usePresences(), useTeams()];
  const presenceOf = (agent: Agent) => presences.data?.find((each) => each.agent_id === agent.id);
  const teamsOf = (agent: Agent) => namesOf(agent.team_ids, teams.data ?? []);
  return (
    <ListPage
      title={say("area.agents")}
      query={agents}
      keyOf={(agent) => agent.id}
      nameOf={(agent) => agent.name}
      nameTitle={say("agents.name")}
      hrefOf={(agent) => `${base}/${agent.id}`}
      wordsOf={(agent) => [agent.name, agent.email, say(`roles.${agent.role}`), ...teamsOf(agent)]}
      columns={[
        { id: "email", title: say("agents.email"), cell: (agent) => agent.email },
        { id: "role", title: say("agents.role"), cell: (agent) => say(`roles.${agent.role}`) },
        {
          id: "teams",
          title: say("agents.teams"),
          cell: (agent) => new Intl.ListFormat(formats.locale).format(teamsOf(agent)) || say("agents.no_teams"),
        },
        { id: "now", title: say("agents.state"), cell: (agent) => <Now agent={agent} presence={presenceOf(agent)} /> },
      ]}
      icon="people"
      emptyTitle={say("agents.none")}
      emptyText={say("agents.none_more")}
      {...(atLeast(me.role, "admin") ? { newHref: `${base}/new`, newText: say("agents.invite") } : {})}
    />
  );
}
