/** One person: profile, role, teams and access; presence and loans, which supervisors change too. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { Switch } from "../../../ui/inputs";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { KEYS, namesOf, useTeams, type Agent } from "../kit/people";
import { errorOf } from "../parts/faults";
import { Fields, ItemForm, Whole } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { Loans } from "./Loans";
import { personOf } from "./person";
import { RoleAndTeams } from "./RoleAndTeams";
import styles from "./Agents.module.css";

export function AgentPage({ id, base }: { id: string; base: string }) {
  const [say, api, me] = [useSay(), useApi(), useMe()];
  const query = useQuery({
    queryKey: [...KEYS.agents, id],
    queryFn: () => told(api.GET("/agents/{agent_id}", { params: { path: { agent_id: id } } })),
  });
  return (
    <Page title={query.data?.name ?? say("area.agents")}>
      <AsyncBoundary query={query} loading={<Skeleton lines={4} height={32} />}>
        {(agent) => (
          <>
            {atLeast(me.role, "admin") ? <Profile agent={agent} base={base} /> : <Facts agent={agent} />}
            <Panel title={say("agents.presence")}>
              <Loans agent={agent} />
            </Panel>
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Profile({ agent, base }: { agent: Agent; base: string }) {
  const [say, api, me, cache] = [useSay(), useApi(), useMe(), useQueryClient()];
  const path = { params: { path: { agent_id: agent.id } } };
  const item = useItem({
    key: `${base}/${agent.id}`,
    stored: personOf(agent),
    version: agent.version,
    save: (draft, version) => told(api.PATCH("/agents/{agent_id}", { ...path, body: { ...draft, name: draft.name.trim(), version } })),
    taken: (answer) => ({ stored: personOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/agents/{agent_id}", path));
      return { stored: personOf(now), version: now.version };
    },
    onSaved: () => void cache.invalidateQueries({ queryKey: ["admin"] }),
  });
  const { draft, change, refusal } = item;
  const isOwn = agent.id === me.id;
  return (
    <ItemForm item={item} missing={draft.name.trim() === "" ? say("people.name_first") : undefined}>
      <Fields>
        <TextField label={say("agents.name")} value={draft.name} onChange={(name) => change({ name })} maxLength={100} error={errorOf(refusal, "name")} />
        <TextField label={say("agents.email")} value={agent.email} isReadOnly />
        <Whole>
          <RoleAndTeams draft={draft} change={change} isOwn={isOwn} />
          <Switch
            label={say("agents.access")}
            hint={say(isOwn ? "agents.own" : "agents.access_hint")}
            isSelected={draft.enabled}
            isDisabled={isOwn}
            onChange={(enabled) => change({ enabled })}
          />
        </Whole>
      </Fields>
    </ItemForm>
  );
}

/** What supervisors read. */
function Facts({ agent }: { agent: Agent }) {
  const [say, teams] = [useSay(), useTeams()];
  return (
    <Panel title={say("agents.profile")}>
      <p className={styles["note"]}>{`${agent.email} · ${say(`roles.${agent.role}`)}`}</p>
      <p className={styles["note"]}>{namesOf(agent.team_ids, teams.data ?? []).join(" · ") || say("agents.no_teams")}</p>
    </Panel>
  );
}
