/** When nothing disturbs: by the wall clock of a zone, on chosen days. */

import { useChosen } from "../../app/desk";
import type { QuietHours as Hours } from "../../app/notices/classes";
import { LOCALES } from "../../i18n/languages";
import { TextField } from "../../ui/fields";
import { CheckboxGroup, Switch } from "../../ui/inputs";
import styles from "./Me.module.css";

const DAYS = ["0", "1", "2", "3", "4", "5", "6"] as const;
/** A Monday, to name the days by. */
const MONDAY = Date.UTC(2024, 0, 1);

export function QuietHours({ hours, onChange }: { hours: Hours | null; onChange: (hours: Hours | null) => void }) {
  const { say, preferences } = useChosen();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const named = new Intl.DateTimeFormat(LOCALES[preferences.language], { weekday: "short", timeZone: "UTC" });
  const first: Hours = { zone, start: "19:00", end: "08:00", days: [0, 1, 2, 3, 4, 5, 6] };
  return (
    <>
      <Switch label={say("notices.quiet_on")} isSelected={hours !== null} onChange={(on) => onChange(on ? first : null)} />
      {hours !== null && (
        <fieldset className={styles["quiet"]}>
          <legend className="visually-hidden">{say("notices.quiet")}</legend>
          <TextField label={say("notices.quiet_start")} type="time" value={hours.start} onChange={(start) => onChange({ ...hours, start })} isRequired />
          <TextField label={say("notices.quiet_end")} type="time" value={hours.end} onChange={(end) => onChange({ ...hours, end })} isRequired />
          <CheckboxGroup
            label={say("notices.quiet_days")}
            choices={DAYS.map((id) => ({ id, label: named.format(MONDAY + Number(id) * 86_400_000) }))}
            value={(hours.days ?? []).map((day) => DAYS[day] ?? "0")}
            onChange={(days) => onChange({ ...hours, days: days.map(Number).sort() })}
            hint={say("notices.quiet_zone", { zone: hours.zone })}
          />
        </fieldset>
      )}
    </>
  );
}
