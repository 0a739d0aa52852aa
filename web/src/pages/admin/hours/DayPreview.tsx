/** One day as the API counts it: what is open, what opens next, when a target is due. Clocks that change are told. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { AsyncBoundary } from "../../../ui/states";
import { lengthOf } from "../kit/amount";
import { Duration } from "../kit/Duration";
import { bodyOf, isSound, type Calendar, type Draft } from "./week";
import styles from "./Hours.module.css";

type Day = Schemas["HoursDayView"];
const TARGET = 4 * 3_600;

export function DayPreview({ calendar, draft }: { calendar: Calendar; draft: Draft }) {
  const [say, api] = [useSay(), useApi()];
  const [date, setDate] = useState(() => new Date().toISOString().slice(0, 10));
  const [time, setTime] = useState("11:00");
  const [target, setTarget] = useState<number | null>(TARGET);
  const asked = useDeferredValue({ date, time: time || "00:00", target_seconds: target || null, hours: bodyOf(draft) });
  const day = useQuery({
    queryKey: ["admin", "hours-day", calendar.id, asked],
    queryFn: ({ signal }) => told(api.POST("/hours/{hours_id}/preview", { params: { path: { hours_id: calendar.id } }, body: asked, signal })),
    enabled: asked.date !== "" && isSound(draft) && draft.name.trim() !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <>
      <p className={styles["note"]}>{say("hours.preview_hint", { zone: draft.zone.replaceAll("_", " ") })}</p>
      <div className={styles["asked"]}>
        <TextField label={say("hours.date")} type="date" value={date} onChange={setDate} />
        <TextField label={say("hours.at")} type="time" value={time} onChange={setTime} />
        <Duration label={say("hours.target")} value={target} onChange={setTarget} units={["minute", "hour", "day"]} />
      </div>
      <div role="status" aria-live="polite" className={styles["result"]} data-testid="hours-day">
        <AsyncBoundary query={day}>{(found) => <Told day={found} target={asked.target_seconds} />}</AsyncBoundary>
      </div>
    </>
  );
}

function Told({ day, target }: { day: Day; target: number | null }) {
  const [say, formats] = [useSay(), useFormats(day.zone)];
  const at = formats.time(day.at);
  const sameDay = (moment: string): boolean => moment >= day.starts_at && moment <= day.ends_at;
  const when = (moment: string): string => (sameDay(moment) ? formats.time(moment) : formats.dateTime(moment));
  const spans = day.spans.map((span) => say("hours.span", { from: when(span.opens_at), to: when(span.closes_at) }));
  const length = lengthOf(formats, target ?? 0, "long");
  return (
    <>
      {day.clock_shift_seconds !== 0 && (
        <p className={styles["shift"]}>
          {say(day.clock_shift_seconds > 0 ? "hours.forward" : "hours.back", {
            time: lengthOf(formats, Math.abs(day.clock_shift_seconds), "long"),
            length: formats.number((Date.parse(day.ends_at) - Date.parse(day.starts_at)) / 3_600_000, { style: "unit", unit: "hour", unitDisplay: "long" }),
          })}
        </p>
      )}
      <p>
        <strong>
          {day.spans.length === 0
            ? say("hours.day_closed")
            : say("hours.day_open", { spans: new Intl.ListFormat(formats.locale).format(spans), total: lengthOf(formats, day.open_seconds) })}
        </strong>
      </p>
      <p>
        {say(day.is_open ? "hours.is_open_at" : "hours.is_closed_at", { time: at })}{" "}
        {day.next_opening_at === null ? say("hours.next_never") : say("hours.next_open", { time: formats.dateTime(day.next_opening_at) })}
      </p>
      {target !== null && (
        <p>{day.due_at === null ? say("hours.due_never", { target: length }) : say("hours.due", { target: length, time: at, due: formats.dateTime(day.due_at) })}</p>
      )}
    </>
  );
}
