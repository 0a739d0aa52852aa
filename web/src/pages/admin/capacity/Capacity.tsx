/** How much everybody holds at once, what conversations take, and when they work. */

import { useState } from "react";
import { useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { DataTable } from "../../../ui/DataTable";
import { Select } from "../../../ui/fields";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Empty, Skeleton } from "../../../ui/states";
import { useHours, usePresences, useTeams, type Presence } from "../kit/people";
import { CapacityDialog } from "./CapacityDialog";
import { CLASSES } from "./capacity";

const ALL = "all";

export default function Capacity() {
  const [say, presences, hours, teams] = [useSay(), usePresences(), useHours(), useTeams()];
  const [team, setTeam] = useState(ALL);
  const [changing, change] = useState<{ people: readonly Presence[]; title: string } | null>(null);
  const shiftOf = (person: Presence): string =>
    person.hours_id === null ? say("capacity.no_shift") : (hours.data?.find((one) => one.id === person.hours_id)?.name ?? person.hours_id);
  const inTeam = (people: readonly Presence[]) => (team === ALL ? people : people.filter((each) => each.team_ids.includes(team)));
  const teamName = teams.data?.find((each) => each.id === team)?.name;
  return (
    <Page title={say("area.capacity")} wide>
      <Select
        label={say("skills.team")}
        value={team}
        onChange={setTeam}
        choices={[{ id: ALL, label: say("skills.everybody") }, ...(teams.data ?? []).map(({ id, name }) => ({ id, label: name }))]}
      />
      <AsyncBoundary query={presences} loading={<Skeleton lines={5} height={32} />} isEmpty={(people) => people.length === 0} empty={<Empty icon="people" title={say("agents.none")} />}>
        {(people) => (
          <>
            {teamName !== undefined && inTeam(people).length > 0 && (
              <div>
                <Button icon="people" onPress={() => change({ people: inTeam(people), title: `${say("capacity.for_team")}: ${teamName}` })}>
                  {say("capacity.for_team")}
                </Button>
              </div>
            )}
            <DataTable
              caption={say("area.capacity")}
              keyOf={(person) => person.agent_id}
              rows={inTeam(people)}
              empty={say("agents.none")}
              toneOf={(person) => (person.used > person.units ? "warn" : undefined)}
              columns={[
                { id: "name", title: say("capacity.person"), cell: (person) => person.name },
                { id: "used", title: say("capacity.used"), number: true, cell: (person) => say("agents.load", { used: person.used, units: person.units }) },
                { id: "reserve", title: say("capacity.reserve"), number: true, cell: (person) => person.reserve },
                ...CLASSES.map((name) => ({ id: name, title: say(`capacity.weight.${name}`), number: true, cell: (person: Presence) => person.weights[name] })),
                { id: "shift", title: say("capacity.shift"), cell: shiftOf },
                {
                  id: "do",
                  title: say("capacity.do"),
                  cell: (person) => (
                    <IconButton
                      icon="edit"
                      label={`${say("capacity.edit")}: ${person.name}`}
                      onPress={() => change({ people: [person], title: say("capacity.edit_of", { name: person.name }) })}
                    />
                  ),
                },
              ]}
            />
          </>
        )}
      </AsyncBoundary>
      {changing && <CapacityDialog {...changing} onClose={() => change(null)} />}
    </Page>
  );
}
