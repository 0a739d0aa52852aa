/** A metric by hour of the day and day of the week: a table whose cells are tinted, with the number in each. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { AsOf } from "../../ui/AsOf";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import { useWritten, type Definition } from "./Figure";
import type { Question } from "./question";
import styles from "./Reports.module.css";

type Cell = Schemas["HeatCellView"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = [0, 1, 2, 3, 4, 5, 6];
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const TINTS = 5;

export function HeatMap({ question, definition }: { question: Question; definition: Definition | undefined }) {
  const [say, api] = [useSay(), useApi()];
  const { metric, business, channel } = question;
  // More than a quarter of a year is not read at once.
  const period = question.period === "last_12_months" ? "last_90_days" : question.period;
  const heat = useQuery({
    queryKey: ["reports", "heat", metric, period, business, channel],
    queryFn: () =>
      told(api.GET("/reports/heat-map", { params: { query: { metric, period, business, ...(channel ? { channel } : {}) } } })),
  });
  if (definition === undefined) return <Empty icon="info" title={say("reports.unknown", { metric })} />;
  return (
    <Panel
      title={say(`metric.${metric}` as TextId)}
      aside={heat.data?.as_of && <AsOf at={heat.data.as_of} zone={heat.data.zone} />}
    >
      <p className={styles["definition"]} lang="en">
        {definition.formula}
      </p>
      <AsyncBoundary
        query={heat}
        isEmpty={(found) => found.as_of === null}
        empty={<Empty icon="chart" title={say("reports.nothing_yet")} />}
      >
        {(found) => <Grid cells={found.cells} shape={definition.shape} title={say(`metric.${metric}` as TextId)} />}
      </AsyncBoundary>
    </Panel>
  );
}

function Grid({ cells, shape, title }: { cells: readonly Cell[]; shape: string; title: string }) {
  const formats = useFormats();
  const written = useWritten(shape);
  const say = useSay();
  const at = new Map(cells.map((cell) => [`${cell.weekday}.${cell.hour}`, cell]));
  // A count is that of a usual such hour: the period may hold more Mondays than Sundays.
  const value = (cell: Cell | undefined): number | null =>
    cell === undefined || cell.hours === 0 || cell.figure.value === null
      ? null
      : shape === "count" || shape === "amount"
        ? cell.figure.value / cell.hours
        : cell.figure.value;
  const most = Math.max(0, ...cells.map((cell) => value(cell) ?? 0));
  const tint = (found: number | null): number => (found === null || most === 0 ? 0 : Math.ceil((found / most) * TINTS));
  const day = (weekday: number): string =>
    new Intl.DateTimeFormat(formats.locale, { weekday: "short", timeZone: "UTC" }).format(MONDAY + weekday * 86_400_000);
  return (
    <div className={styles["scroll"]} role="region" aria-label={title} tabIndex={0}>
      <table className={styles["heat"]}>
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{say("reports.hour")}</th>
            {DAYS.map((weekday) => (
              <th key={weekday} scope="col">
                {day(weekday)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {HOURS.map((hour) => (
            <tr key={hour}>
              <th scope="row">{String(hour).padStart(2, "0")}:00</th>
              {DAYS.map((weekday) => {
                const found = value(at.get(`${weekday}.${hour}`));
                return (
                  <td key={weekday} data-tint={tint(found)}>
                    {found === null || at.get(`${weekday}.${hour}`)?.figure.n === 0 ? "·" : written(found)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
