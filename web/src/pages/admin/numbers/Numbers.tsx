/** Where days begin, and whose business hours count in reports. */

import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { Select } from "../../../ui/fields";
import { useHours, useTeams } from "../kit/people";
import { Setting } from "../kit/Setting";
import { ZonePicker } from "../kit/ZonePicker";
import { useWeekdays } from "../hours/Week";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";

type View = Schemas["NumbersSettingsView"];
type Draft = Omit<View, "version">;
const NONE = "none";

export default function Numbers() {
  const [say, api, hours, teams, weekdays] = [useSay(), useApi(), useHours(), useTeams(), useWeekdays()];
  const calendars = (none: string) => [{ id: NONE, label: none }, ...(hours.data ?? []).map(({ id, name }) => ({ id, label: name }))];
  return (
    <Setting<View, Draft>
      title={say("area.numbers")}
      name="numbers-settings"
      read={() => told(api.GET("/numbers/settings"))}
      write={(draft, version) => told(api.PUT("/numbers/settings", { body: { ...draft, version } }))}
      draftOf={({ version: _, ...draft }) => draft}
    >
      {({ draft, change, refusal }) => (
        <>
          <Fields>
            <ZonePicker label={say("numbers.zone")} hint={say("numbers.zone_hint")} value={draft.zone} onChange={(zone) => change({ zone })} error={errorOf(refusal, "zone")} />
            <Select label={say("numbers.weekday")} value={String(draft.first_weekday)} onChange={(day) => change({ first_weekday: Number(day) })} choices={weekdays.map((label, day) => ({ id: String(day), label }))} />
            <Select label={say("numbers.hours")} value={draft.hours_id ?? NONE} onChange={(id) => change({ hours_id: id === NONE ? null : id })} choices={calendars(say("numbers.always"))} />
          </Fields>
          {teams.data && teams.data.length > 0 && (
            <Group legend={say("numbers.team_hours")}>
              <Fields>
                {teams.data.map((team) => (
                  <Select
                    key={team.id}
                    label={team.name}
                    value={draft.team_hours[team.id] ?? NONE}
                    onChange={(id) => {
                      const { [team.id]: _, ...others } = draft.team_hours;
                      change({ team_hours: id === NONE ? others : { ...others, [team.id]: id } });
                    }}
                    choices={calendars(say("numbers.as_all"))}
                  />
                ))}
              </Fields>
            </Group>
          )}
        </>
      )}
    </Setting>
  );
}
