/** A new report that comes by itself: what, when, to whom; with the next times as the API reads the rule. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../api/client";
import { Problem } from "../../api/problem";
import { useApi, useChosen, useFormats, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { LANGUAGES, type Language } from "../../i18n/languages";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Select, TextField } from "../../ui/fields";
import { DIMENSIONS } from "../reports/question";
import { bodyOf, EVERY, faults, FORMS, LATER, ruleOf, WEEKDAYS, type Fault, type Plan } from "./plan";
import styles from "./Schedules.module.css";

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const SHOWN = 3;

export function PlanForm({ onDone }: { onDone: () => void }) {
  const [say, api, cache, formats] = [useSay(), useApi(), useQueryClient(), useFormats()];
  const { preferences } = useChosen();
  const [asked, setAsked] = useState(false);
  const [plan, setPlan] = useState<Plan>({
    name: "",
    metric: "first_response",
    by: "channel",
    channel: "",
    period: "last_week",
    every: "week",
    weekday: "MO",
    time: "08:00",
    zone: zoneHere(),
    emails: "",
    file: "xlsx",
    language: preferences.language,
  });
  const set = <K extends keyof Plan>(name: K) => (value: Plan[K]) => setPlan((known) => ({ ...known, [name]: value }));
  const metrics = useQuery({
    queryKey: ["reports", "metrics"],
    queryFn: () => told(api.GET("/reports/metrics")),
    staleTime: Infinity,
  });
  const wrong = faults(plan);
  const rule = ruleOf(plan);
  const times = useQuery({
    queryKey: ["report-schedules", "preview", rule, plan.zone],
    queryFn: () => told(api.POST("/report-schedules/preview", { body: { rule, zone: plan.zone, start: null } })),
    enabled: !wrong.has("time"),
    retry: false,
  });
  const make = useMutation({
    mutationFn: () => told(api.POST("/report-schedules", { body: bodyOf(plan) })),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ["report-schedules"] });
      onDone();
    },
  });
  const refused = make.error instanceof Problem ? make.error : null;
  const error = (name: Fault): { error: string } | object =>
    asked && wrong.has(name) ? { error: say(`schedules.wrong.${name}`) } : {};
  const submit = () => {
    setAsked(true);
    if (wrong.size === 0) make.mutate();
  };
  const weekday = (place: number): string =>
    new Intl.DateTimeFormat(formats.locale, { weekday: "long", timeZone: "UTC" }).format(MONDAY + place * 86_400_000);
  return (
    <Dialog title={say("schedules.new")} isOpen wide onClose={onDone}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField label={say("schedules.name")} value={plan.name} onChange={set("name")} maxLength={80} {...error("name")} />
        <Select
          label={say("reports.metric")}
          value={plan.metric}
          onChange={set("metric")}
          choices={(metrics.data?.items ?? []).map(({ name }) => ({ id: name, label: say(`metric.${name}` as TextId) }))}
        />
        <Select
          label={say("reports.by")}
          value={plan.by}
          onChange={set("by")}
          choices={[{ id: "all", label: say("reports.by.all") }, ...DIMENSIONS.map((id) => ({ id: id as string, label: say(`reports.by.${id}`) }))]}
        />
        <TextField label={say("schedules.channel")} hint={say("schedules.channel_hint")} value={plan.channel} onChange={set("channel")} />
        <Select
          label={say("reports.period")}
          value={plan.period}
          onChange={set("period")}
          choices={LATER.map((id) => ({ id, label: say(`schedules.period.${id}`) }))}
        />
        <Select
          label={say("schedules.every")}
          value={plan.every}
          onChange={set("every")}
          choices={EVERY.map((id) => ({ id, label: say(`schedules.every.${id}`) }))}
        />
        {plan.every === "week" && (
          <Select
            label={say("schedules.weekday")}
            value={plan.weekday}
            onChange={set("weekday")}
            choices={WEEKDAYS.map((id, place) => ({ id, label: weekday(place) }))}
          />
        )}
        <TextField label={say("schedules.time")} value={plan.time} onChange={set("time")} {...error("time")} />
        <TextField label={say("schedules.zone")} hint={say("schedules.zone_hint")} value={plan.zone} onChange={set("zone")} />
        <p className={styles["times"]} role="status">
          {times.data && <NextTimes times={times.data.times} zone={plan.zone} />}
          {times.error instanceof Problem && times.error.detail}
        </p>
        <TextField
          label={say("schedules.emails")}
          hint={say("schedules.emails_hint")}
          value={plan.emails}
          onChange={set("emails")}
          {...error("emails")}
        />
        <Select
          label={say("schedules.file")}
          value={plan.file}
          onChange={set("file")}
          choices={FORMS.map((id) => ({ id, label: say(`schedules.file.${id}`) }))}
        />
        <Select
          label={say("schedules.language")}
          value={plan.language ?? "en"}
          onChange={set("language")}
          choices={(Object.keys(LANGUAGES) as Language[]).map((id) => ({ id, label: LANGUAGES[id], lang: id }))}
        />
        {make.error && (
          <p className={styles["refused"]} role="alert">
            {refused ? refused.detail : say("state.failed")}
          </p>
        )}
        <div className={styles["actions"]}>
          <Button onPress={onDone}>{say("schedules.cancel")}</Button>
          <Button kind="primary" type="submit" isPending={make.isPending}>
            {say("schedules.make")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** In the zone that the API has just taken. */
function NextTimes({ times, zone }: { times: readonly string[]; zone: string }) {
  const [say, formats] = [useSay(), useFormats(zone)];
  return say("schedules.next_times", { times: times.slice(0, SHOWN).map((at) => formats.dateTime(at)).join("; ") });
}
