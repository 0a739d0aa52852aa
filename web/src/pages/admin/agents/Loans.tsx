/** Presence of somebody as a supervisor sets it, and the teams they help for a while. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Select } from "../../../ui/fields";
import { AsyncBoundary } from "../../../ui/states";
import { useTell } from "../../../ui/Toasts";
import { usePresences, usePutPresence, useTeams, type Agent, type Presence, type Team } from "../kit/people";
import { Refusal } from "../parts/SaveBar";
import { Now } from "./Now";
import styles from "./Agents.module.css";

const MINUTES = ["30", "60", "240", "480", "1440", "10080"] as const;
const INTENTS = ["online", "busy", "away", "offline"] as const;

export function Loans({ agent }: { agent: Agent }) {
  const presences = usePresences();
  const presence = presences.data?.find((each) => each.agent_id === agent.id);
  return (
    <AsyncBoundary query={presences}>
      {() => presence && <Standing agent={agent} presence={presence} />}
    </AsyncBoundary>
  );
}

function Standing({ agent, presence }: { agent: Agent; presence: Presence }) {
  const [say, api, put, tell] = [useSay(), useApi(), usePutPresence(), useTell()];
  const teams = useTeams();
  const choose = useMutation({
    mutationFn: (intent: Schemas["Intent"]) =>
      told(api.PUT("/agents/{agent_id}/presence", { params: { path: { agent_id: agent.id } }, body: { intent, reason: "" } })),
    onSuccess: (now) => {
      put(now);
      tell({ text: say("agents.presence_done", { name: agent.name, state: say(`agents.state.${now.intent}`) }), tone: "ok" });
    },
  });
  return (
    <>
      <Now agent={agent} presence={presence} />
      <div className={styles["lend"]}>
        <Select
          label={say("agents.set_presence")}
          value={presence.intent}
          isDisabled={choose.isPending}
          onChange={(intent) => choose.mutate(intent)}
          choices={INTENTS.map((id) => ({ id, label: say(`agents.state.${id}`) }))}
          hint={say("agents.presence_hint")}
        />
      </div>
      <Refusal fault={choose.error} />
      {teams.data && <Lent agent={agent} presence={presence} teams={teams.data} />}
    </>
  );
}

interface LentProps {
  agent: Agent;
  presence: Presence;
  teams: readonly Team[];
}

function Lent({ agent, presence, teams }: LentProps) {
  const [say, api, put, tell, formats] = [useSay(), useApi(), usePutPresence(), useTell(), useFormats()];
  const nameOf = (id: string): string => teams.find((team) => team.id === id)?.name ?? id;
  const end = useMutation({
    mutationFn: (team_id: string) =>
      told(api.DELETE("/agents/{agent_id}/loans/{team_id}", { params: { path: { agent_id: agent.id, team_id } } })),
    onSuccess: (now, team_id) => {
      put(now);
      tell({ text: say("agents.back_done", { name: agent.name, team: nameOf(team_id) }), tone: "ok" });
    },
  });
  const others = teams.filter((team) => !agent.team_ids.includes(team.id) && !(team.id in presence.lent_until));
  return (
    <>
      <ul className={styles["lines"]}>
        {Object.entries(presence.lent_until).map(([team_id, until]) => (
          <li key={team_id} className={styles["line"]}>
            <span>{say("agents.lent", { team: nameOf(team_id), time: formats.dateTime(until) })}</span>
            <Button onPress={() => end.mutate(team_id)} isPending={end.isPending} aria-label={`${say("agents.back_now")}: ${nameOf(team_id)}`}>
              {say("agents.back_now")}
            </Button>
          </li>
        ))}
      </ul>
      <Refusal fault={end.error} />
      {others.length === 0 ? <p className={styles["note"]}>{say("agents.no_other_team")}</p> : <Lend key={others[0]?.id} agent={agent} teams={others} />}
    </>
  );
}

function Lend({ agent, teams }: { agent: Agent; teams: readonly Team[] }) {
  const [say, api, put, tell] = [useSay(), useApi(), usePutPresence(), useTell()];
  const [team, setTeam] = useState(teams[0]?.id ?? "");
  const [length, setLength] = useState<(typeof MINUTES)[number]>("60");
  const lend = useMutation({
    mutationFn: () => {
      const until = new Date(Date.now() + Number(length) * 60_000).toISOString();
      return told(api.POST("/agents/{agent_id}/loans", { params: { path: { agent_id: agent.id } }, body: { team_id: team, until } }));
    },
    onSuccess: (now) => {
      put(now);
      tell({ text: say("agents.lent_done", { name: agent.name, team: teams.find((each) => each.id === team)?.name ?? team }), tone: "ok" });
    },
  });
  return (
    <div className={styles["lend"]} role="group" aria-label={say("agents.lend")}>
      <Select label={say("agents.lend_team")} value={team} onChange={setTeam} choices={teams.map(({ id, name }) => ({ id, label: name }))} />
      <Select label={say("agents.lend_for")} value={length} onChange={setLength} choices={MINUTES.map((id) => ({ id, label: say(`agents.lend.${id}`) }))} />
      <Button onPress={() => lend.mutate()} isPending={lend.isPending}>
        {say("agents.lend_do")}
      </Button>
      <Refusal fault={lend.error} />
    </div>
  );
}
