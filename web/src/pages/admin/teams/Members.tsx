/** Who belongs to a team: everybody in a list, saved one by one as they are marked. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { Problem } from "../../../api/problem";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { Checkbox } from "../../../ui/inputs";
import { AsyncBoundary } from "../../../ui/states";
import { useDone } from "../../../undo/Undo";
import { KEYS, useAgents, type Agent, type Team } from "../kit/people";
import { found } from "../parts/found";
import { Refusal } from "../parts/SaveBar";
import styles from "./Teams.module.css";

const FEW = 8;

export function Members({ team }: { team: Team }) {
  const [say, me, agents] = [useSay(), useMe(), useAgents()];
  const [words, look] = useState("");
  const move = useMembership(team);
  const isAdmin = atLeast(me.role, "admin");
  return (
    <AsyncBoundary query={agents}>
      {(all) => {
        const shown = isAdmin ? all : all.filter((agent) => agent.team_ids.includes(team.id));
        return (
          <>
            <p className={styles["note"]}>
              {say("teams.member_count", { n: all.filter((agent) => agent.team_ids.includes(team.id)).length })}
              {isAdmin && ` · ${say("teams.members_hint")}`}
            </p>
            {shown.length > FEW && <TextField label={say("teams.search_people")} type="search" value={words} onChange={look} />}
            <Refusal fault={move.error} />
            <div className={styles["people"]} role="group" aria-label={say("teams.members")}>
              {found(shown, words, (agent) => [agent.name, agent.email]).map((agent) => (
                <Checkbox
                  key={agent.id}
                  label={agent.name}
                  isSelected={agent.team_ids.includes(team.id)}
                  isDisabled={!isAdmin || move.isPending}
                  onChange={(joins) => move.mutate({ agent, joins })}
                />
              ))}
            </div>
          </>
        );
      }}
    </AsyncBoundary>
  );
}

/** Teams belong to people: each is changed by itself, on what they are now. */
function useMembership(team: Team) {
  const [say, api, cache, done] = [useSay(), useApi(), useQueryClient(), useDone()];
  const put = async (id: string, joins: boolean): Promise<Agent> => {
    const path = { params: { path: { agent_id: id } } };
    const now = await told(api.GET("/agents/{agent_id}", path));
    const others = now.team_ids.filter((each) => each !== team.id);
    const team_ids = joins ? [...others, team.id] : others;
    const agent = await told(api.PATCH("/agents/{agent_id}", { ...path, body: { team_ids, version: now.version } }));
    cache.setQueryData<Agent[]>(KEYS.agents, (known) => known?.map((each) => (each.id === agent.id ? agent : each)));
    return agent;
  };
  return useMutation({
    mutationFn: ({ agent, joins }: { agent: Agent; joins: boolean }) => put(agent.id, joins),
    // Somebody who changed the same person in that moment: once more, on what they made of it.
    retry: (failures, fault) => failures < 2 && fault instanceof Problem && fault.code === "version_conflict",
    onSuccess: (agent, { joins }) => {
      const text = say(joins ? "teams.joined" : "teams.left", { name: agent.name, team: team.name });
      done({ text, undo: () => put(agent.id, !joins) });
    },
  });
}
