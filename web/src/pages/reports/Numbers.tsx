/** A metric's numbers: a picture of them over time, and the table behind it, whose numbers open their lists. */

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Button } from "react-aria-components";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { AsOf } from "../../ui/AsOf";
import { DataTable, type Column } from "../../ui/DataTable";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty, Skeleton } from "../../ui/states";
import { Change, groupName, Interval, useWritten, type Definition } from "./Figure";
import { ListDialog } from "./ListDialog";
import type { Question } from "./question";
import styles from "./Reports.module.css";

const Chart = lazy(() => import("./Chart"));

type Report = Schemas["ReportView"];
type Row = Schemas["ReportRowView"];

export function Numbers({ question, definition }: { question: Question; definition: Definition | undefined }) {
  const [say, api] = [useSay(), useApi()];
  const { metric, by, period, step, business, compare, channel } = question;
  const report = useQuery({
    queryKey: ["reports", "answers", metric, by, period, step, business, compare, channel],
    queryFn: () =>
      told(
        api.GET("/reports/answers", {
          params: { query: { metrics: metric, by, period, step, business, compare, ...(channel ? { channel } : {}) } },
        }),
      ),
  });
  if (definition === undefined) return <Empty icon="info" title={say("reports.unknown", { metric })} />;
  return (
    <Panel
      title={say(`metric.${metric}` as TextId)}
      aside={report.data?.as_of && <AsOf at={report.data.as_of} stale={report.data.settling} zone={report.data.zone} />}
    >
      <p className={styles["definition"]} lang="en">{definition.formula}</p>
      <AsyncBoundary
        query={report}
        loading={<Skeleton lines={1} height={160} />}
        isEmpty={(found) => found.as_of === null}
        empty={<Empty icon="chart" title={say("reports.nothing_yet")} />}
      >
        {(found) => <Shown report={found} definition={definition} />}
      </AsyncBoundary>
    </Panel>
  );
}

function Shown({ report, definition }: { report: Report; definition: Definition }) {
  const [say, formats] = [useSay(), useFormats(report.zone)];
  const written = useWritten(definition.shape);
  const [listed, setListed] = useState<Row | null>(null);
  const { name } = definition;
  const nameOf = (row: Row): string =>
    row.group.map((part) => groupName(part.dimension, part.value, part.name, say)).join(" · ") || say("reports.all");
  const bucketOf = (row: Row): string =>
    report.step === "hour" ? formats.dateTime(row.bucket) : report.step === "whole" ? "" : dayOf(row.bucket, formats.locale);
  const rows = [...report.rows, ...(report.by.length > 0 ? [report.totals] : [])];
  const isTotal = (row: Row): boolean => row === report.totals && report.by.length > 0;
  const figure = (row: Row) => row.figures[name]!;
  const columns: Column<Row>[] = [
    ...(report.by.length > 0 || report.step === "whole"
      ? [{ id: "group", title: say("reports.group"), cell: (row: Row) => (isTotal(row) ? say("reports.total") : nameOf(row)) }]
      : []),
    ...(report.step === "whole"
      ? []
      : [{ id: "bucket", title: say("reports.when"), cell: (row: Row) => (isTotal(row) ? "" : bucketOf(row)) }]),
    {
      id: "value",
      title: say(`reports.shape.${definition.shape}` as TextId),
      number: true,
      cell: (row) => (
        <>
          <Button className={styles["open"] ?? ""} onPress={() => setListed(row)} aria-label={say("reports.open_list", { of: isTotal(row) ? say("reports.total") : `${nameOf(row)} ${bucketOf(row)}`.trim(), value: written(figure(row).value) })}>
            {written(figure(row).value)}
          </Button>
          <Interval figure={figure(row)} shape={definition.shape} />
        </>
      ),
    },
    ...(definition.shape === "count" ? [] : [{ id: "n", title: say("reports.n"), number: true, cell: (row: Row) => formats.number(figure(row).n) }]),
    ...(definition.shape === "duration"
      ? (["p50", "p90", "p99"] as const).map((share) => ({
          id: share,
          title: say(`reports.${share}`),
          number: true,
          cell: (row: Row) => written(figure(row)[share]?.value ?? null),
        }))
      : []),
    ...(report.before
      ? [
          { id: "before", title: say("reports.before"), number: true, cell: (row: Row) => written(row.before?.[name]?.value ?? null) },
          {
            id: "change",
            title: say("reports.change"),
            number: true,
            cell: (row: Row) => <Change now={figure(row)} before={row.before?.[name]} better={definition.better} />,
          },
        ]
      : []),
  ];
  return (
    <>
      {report.settling && <p className={styles["note"]}>{say("reports.settling")}</p>}
      {report.step !== "whole" && report.rows.length > 1 && (
        <Suspense fallback={<Skeleton lines={1} height={160} />}>
          <Chart report={report} metric={name} nameOf={nameOf} written={written} />
        </Suspense>
      )}
      <DataTable
        caption={say(`metric.${name}` as TextId)}
        columns={columns}
        rows={rows}
        keyOf={(row) => `${isTotal(row)}|${row.bucket}|${row.group.map((part) => part.value).join("|")}`}
        empty={say("reports.empty")}
      />
      {listed && (
        <ListDialog address={listed.list} definition={definition} number={figure(listed)} onClose={() => setListed(null)} />
      )}
    </>
  );
}

/** A local day is the same day wherever it is read. */
function dayOf(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}
