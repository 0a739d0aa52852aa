/** When each target of a policy would be due: counted by the API within business hours, by the clock without. */

import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Group } from "../../../ui/Group";
import { TextField } from "../../../ui/fields";
import type { Hours } from "../kit/people";
import { Refusal } from "../parts/SaveBar";
import { CLOCKS, type Policy } from "./policy";
import styles from "./Sla.module.css";

const now = (): string => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

export function DuePreview({ policy, calendar }: { policy: Policy; calendar: Hours | undefined }) {
  const [say, api] = [useSay(), useApi()];
  const formats = useFormats(calendar?.zone);
  const [typed, type] = useState(now);
  const [date = "", time = "00:00"] = typed.split("T");
  const clocks = CLOCKS.filter((clock) => policy.targets[clock] !== undefined);
  const answers = useQueries({
    queries: clocks.map((clock) => {
      const target_seconds = policy.targets[clock] ?? 1;
      return {
        queryKey: ["admin", "due", calendar?.id ?? null, typed, target_seconds],
        queryFn: async (): Promise<string | null> => {
          if (calendar === undefined) return new Date(new Date(typed).getTime() + target_seconds * 1_000).toISOString();
          const path = { params: { path: { hours_id: calendar.id } } };
          return (await told(api.POST("/hours/{hours_id}/preview", { ...path, body: { date, time: time.slice(0, 5), target_seconds } }))).due_at;
        },
        enabled: date !== "",
        retry: false,
      };
    }),
  });
  const fault = answers.find((answer) => answer.error !== null)?.error;
  return (
    <Group legend={say("sla.preview")} columns>
      <TextField
        label={say("sla.preview_from")}
        type="datetime-local"
        value={typed}
        onChange={type}
        hint={calendar && say("sla.zone_of", { zone: calendar.zone.replaceAll("_", " ") })}
      />
      <div role="status">
      <ul className={styles["due"]}>
        {clocks.map((clock, place) => {
          const due = answers[place]?.data;
          const what = say(`sla.${clock}`);
          return <li key={clock}>{due === undefined ? what : due === null ? say("sla.due_never", { what }) : say("sla.due", { what, due: formats.dateTime(due) })}</li>;
        })}
      </ul>
      </div>
      <Refusal fault={fault ?? null} />
    </Group>
  );
}
