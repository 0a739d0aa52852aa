/** Skills of everybody: a grid of people and skills, each cell saved as it is set. */

import { useState } from "react";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Select, TextField } from "../../../ui/fields";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Empty, Skeleton } from "../../../ui/states";
import { usePresences, useTeams, type Presence } from "../kit/people";
import { SkillGrid } from "./SkillGrid";
import { columnsOf, isName } from "./matrix";
import styles from "./Skills.module.css";

const ALL = "all";

export default function Skills() {
  const [say, presences, teams] = [useSay(), usePresences(), useTeams()];
  const [team, setTeam] = useState(ALL);
  const [named, name] = useState<readonly string[]>([]);
  const shown = (people: readonly Presence[]) => (team === ALL ? people : people.filter((each) => each.team_ids.includes(team)));
  return (
    <Page title={say("area.skills")} wide>
      <div className={styles["tools"]}>
        <Select
          label={say("skills.team")}
          value={team}
          onChange={setTeam}
          choices={[{ id: ALL, label: say("skills.everybody") }, ...(teams.data ?? []).map((each) => ({ id: each.id, label: each.name }))]}
        />
        <AddSkill add={(skill) => name((known) => [...known, skill])} />
      </div>
      <AsyncBoundary query={presences} loading={<Skeleton lines={6} height={32} />}>
        {(people) => {
          const skills = columnsOf(people, named);
          if (skills.length === 0) return <Empty icon="table" title={say("skills.none")}>{say("skills.none_more")}</Empty>;
          return <SkillGrid people={shown(people)} skills={skills} />;
        }}
      </AsyncBoundary>
    </Page>
  );
}

function AddSkill({ add }: { add: (skill: string) => void }) {
  const say = useSay();
  const [typed, type] = useState("");
  const wrong = typed !== "" && !isName(typed.trim());
  return (
    <form
      className={styles["add"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isName(typed.trim())) return;
        add(typed.trim());
        type("");
      }}
    >
      <TextField label={say("skills.add")} hint={say("skills.add_hint")} value={typed} onChange={type} maxLength={60} error={wrong ? say("skills.add_wrong") : undefined} />
      <Button type="submit" icon="plus" isDisabled={!isName(typed.trim())}>
        {say("skills.add")}
      </Button>
    </form>
  );
}
