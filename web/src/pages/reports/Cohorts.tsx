/** Cases by when they came: how many were answered, or resolved, how soon. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { AsOf } from "../../ui/AsOf";
import { DataTable, type Column } from "../../ui/DataTable";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import type { Question } from "./question";
import styles from "./Reports.module.css";

type Cohort = Schemas["CohortView"];
type Found = Schemas["CohortsView"];
/** What cases are followed to, and over which periods: no longer than 31 days. */
const FOLLOWED = ["resolution", "first_response"] as const;
const SHORT = ["today", "yesterday", "last_7_days", "last_28_days", "this_month", "last_month"] as const;
const STEPS = ["day", "week", "month"] as const;

export function Cohorts({ question }: { question: Question }) {
  const [say, api] = [useSay(), useApi()];
  const metric = FOLLOWED.find((each) => each === question.metric) ?? "resolution";
  const period = SHORT.find((each) => each === question.period) ?? "last_28_days";
  const step = STEPS.find((each) => each === question.step) ?? "week";
  const cohorts = useQuery({
    queryKey: ["reports", "cohorts", metric, period, step],
    queryFn: () => told(api.GET("/reports/cohorts", { params: { query: { metric, period, step } } })),
  });
  return (
    <Panel
      title={say("reports.cohorts.title", { metric: say(`metric.${metric}` as TextId), period: say(`reports.period.${period}`) })}
      aside={cohorts.data?.as_of && <AsOf at={cohorts.data.as_of} zone={cohorts.data.zone} />}
    >
      <p className={styles["definition"]}>{say("reports.cohorts.how")}</p>
      <AsyncBoundary query={cohorts} isEmpty={(found) => found.rows.every(({ n }) => n === 0)} empty={<Empty icon="chart" title={say("reports.nothing_yet")} />}>
        {(found) => <Table found={found} />}
      </AsyncBoundary>
    </Panel>
  );
}

function Table({ found }: { found: Found }) {
  const say = useSay();
  const formats = useFormats(found.zone);
  const columns: Column<Cohort>[] = [
    { id: "bucket", title: say("reports.cohorts.came"), cell: ({ bucket }) => formats.shortDay(bucket) },
    { id: "n", title: say("reports.n"), number: true, cell: ({ n }) => formats.number(n) },
    ...found.ages_ms.map(
      (age, place): Column<Cohort> => ({
        id: `${age}`,
        title: say("reports.cohorts.within", { time: formats.duration(age, "narrow") }),
        number: true,
        cell: ({ n, done }) => (n === 0 ? "–" : formats.percent((done[place] ?? 0) / n, 0)),
      }),
    ),
    { id: "open", title: say("reports.cohorts.open"), number: true, cell: ({ n, done, done_later }) => formats.number(n - (done.at(-1) ?? 0) - done_later) },
  ];
  return <DataTable caption={say("reports.view.cohorts")} columns={columns} rows={found.rows.filter(({ n }) => n > 0)} keyOf={({ bucket }) => bucket} />;
}
