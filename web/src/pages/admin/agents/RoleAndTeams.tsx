/** Role and teams of somebody. */

import type { Schemas } from "../../../api/client";
import { useSay } from "../../../app/desk";
import { RadioCards } from "../../../ui/fields";
import { CheckboxGroup } from "../../../ui/inputs";
import { useTeams } from "../kit/people";
import styles from "./Agents.module.css";

interface Draft {
  role: Schemas["Role"];
  team_ids: string[];
}

interface Props {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** Nobody changes their own role. */
  isOwn?: boolean;
}

export function RoleAndTeams({ draft, change, isOwn = false }: Props) {
  const [say, teams] = [useSay(), useTeams()];
  const roles = isOwn ? [draft.role] : (["agent", "supervisor", "admin"] as const);
  return (
    <>
      <RadioCards
        label={say("agents.role")}
        value={draft.role}
        onChange={(role) => change({ role })}
        choices={roles.map((id) => ({ id, label: say(`roles.${id}`) }))}
      />
      <p className={styles["note"]}>{say(isOwn ? "agents.own" : "agents.role_hint")}</p>
      {teams.data && teams.data.length > 0 && (
        <CheckboxGroup
          label={say("agents.teams")}
          choices={teams.data.map(({ id, name }) => ({ id, label: name }))}
          value={draft.team_ids}
          onChange={(team_ids) => change({ team_ids: [...team_ids].sort() })}
        />
      )}
    </>
  );
}
