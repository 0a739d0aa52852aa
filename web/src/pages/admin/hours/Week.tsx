/** The week: a group of fields for each day, its intervals in order, a bar that shows the same. */

import { useFormats, useSay } from "../../../app/desk";
import { useTell } from "../../../ui/Toasts";
import { errorOf } from "../parts/faults";
import { CopyDay } from "./CopyDay";
import { Intervals } from "./Intervals";
import { bars, copied, DAYS, type Draft, type Interval } from "./week";
import styles from "./Hours.module.css";

/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);

export function useWeekdays(): string[] {
  const { locale } = useFormats();
  const format = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  return DAYS.map((day) => format.format(MONDAY + day * 86_400_000));
}

interface Props {
  draft: Draft;
  change: (week: Interval[][]) => void;
  refusal: Error | null;
}

export function Week({ draft, change, refusal }: Props) {
  const [say, tell, names] = [useSay(), useTell(), useWeekdays()];
  const put = (day: number, intervals: Interval[]) => change(draft.week.map((known, each) => (each === day ? intervals : known)));
  return (
    <div className={styles["week"]}>
      {DAYS.map((day) => (
        <fieldset key={day} className={styles["day"]}>
          <legend>{names[day]}</legend>
          <Intervals day={names[day] ?? ""} intervals={draft.week[day] ?? []} change={(intervals) => put(day, intervals)} refused={errorOf(refusal, `weekly.${day}`)}>
            <CopyDay
              from={day}
              names={names}
              copy={(days) => {
                change(copied(draft, day, days).week);
                tell({ text: say("hours.copied", { n: days.length }), tone: "ok" });
              }}
            />
          </Intervals>
          <Bar week={draft.week} day={day} />
        </fieldset>
      ))}
    </div>
  );
}

/** Decoration: the fields say the same. */
function Bar({ week, day }: { week: readonly Interval[][]; day: number }) {
  return (
    <div className={styles["bar"]} aria-hidden="true">
      {bars(week, day).map(({ from, to }) => (
        <span key={from} style={{ insetInlineStart: `${from * 100}%`, inlineSize: `${(to - from) * 100}%` }} />
      ))}
    </div>
  );
}
