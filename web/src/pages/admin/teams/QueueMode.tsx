/** How a team's queue gives work out: one line of the routing rules that hold, changed from here. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { told, type Schemas } from "../../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { Select } from "../../../ui/fields";
import { AsyncBoundary } from "../../../ui/states";
import { useDone } from "../../../undo/Undo";
import type { Team } from "../kit/people";
import { Refusal } from "../parts/SaveBar";
import { useQueues } from "./Teams";
import styles from "./Teams.module.css";

type Rules = Schemas["chalicelib.api.rules.RulesView"];
type Mode = Schemas["Mode"];
const MODES = ["direct", "offer", "manual"] as const;
const AS_EVERYWHERE = "default";

/** The same rules with another mode for one queue. */
function withMode(rules: Rules, team_id: string, mode: Mode | typeof AS_EVERYWHERE) {
  const { [team_id]: _, ...others } = rules.modes;
  return { ...rules, modes: mode === AS_EVERYWHERE ? others : { ...others, [team_id]: mode } };
}

export function QueueMode({ team }: { team: Team }) {
  const [say, api, me, cache, done] = [useSay(), useApi(), useMe(), useQueryClient(), useDone()];
  const queue = useQueues().data?.find((each) => each.team_id === team.id);
  const rules = useQuery({ queryKey: ["admin", "routing"], queryFn: () => told(api.GET("/routing/rules")) });
  const put = async (mode: Mode | typeof AS_EVERYWHERE) => {
    const now = await told(api.GET("/routing/rules"));
    const body = withMode(now, team.id, mode) as unknown as Schemas["chalicelib.api.rules.RulesBody"];
    const saved = await told(api.PUT("/routing/rules", { body }));
    cache.setQueryData(["admin", "routing"], saved);
    return now.modes[team.id] ?? AS_EVERYWHERE;
  };
  const change = useMutation({
    mutationFn: put,
    onSuccess: (before, mode) => {
      const now = mode === AS_EVERYWHERE ? rules.data?.mode ?? "direct" : mode;
      done({ text: say("teams.mode_done", { team: team.name, mode: say(`teams.mode.${now}`) }), undo: () => put(before) });
    },
  });
  return (
    <>
      {queue && (
        <p className={styles["note"]}>
          {say("teams.waiting")}: {queue.depth} · {say("teams.available")}: {queue.agents_available} ·{" "}
          <Link href="/board">{say("nav.board")}</Link>
        </p>
      )}
      <AsyncBoundary query={rules}>
        {(found) => (
          <Select
            label={say("teams.mode")}
            hint={say("teams.mode_hint")}
            value={found.modes[team.id] ?? AS_EVERYWHERE}
            isDisabled={!atLeast(me.role, "admin") || change.isPending}
            onChange={(mode) => change.mutate(mode)}
            choices={[
              { id: AS_EVERYWHERE, label: say("teams.mode.default", { mode: say(`teams.mode.${found.mode}`) }) },
              ...MODES.map((id) => ({ id, label: say(`teams.mode.${id}`) })),
            ]}
          />
        )}
      </AsyncBoundary>
      <Refusal fault={change.error} />
    </>
  );
}
