/** Whether a difference is real: each channel, team, agent or topic against the rest, like with like. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { AsOf } from "../../ui/AsOf";
import { DataTable, type Column } from "../../ui/DataTable";
import { Icon } from "../../ui/Icon";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import { groupName, useWritten } from "./Figure";
import type { Question } from "./question";
import styles from "./Reports.module.css";

type Compared = Schemas["ComparisonView"];
/** Longer ones are not compared at once. */
const SHORT = ["yesterday", "last_7_days", "last_28_days", "last_month"] as const;

export function Comparison({ question }: { question: Question }) {
  const [say, api] = [useSay(), useApi()];
  const { metric } = question;
  const by = question.by === "" ? "channel" : question.by;
  const period = SHORT.find((each) => each === question.period) ?? "last_28_days";
  const compared = useQuery({
    queryKey: ["reports", "compared", metric, by, period],
    queryFn: () => told(api.GET("/reports/comparisons", { params: { query: { metrics: metric, by, period } } })),
  });
  return (
    <Panel
      title={say("reports.compared.title", { metric: say(`metric.${metric}` as TextId) })}
      aside={compared.data?.as_of && <AsOf at={compared.data.as_of} zone={compared.data.zone} />}
    >
      <p className={styles["definition"]}>{say("reports.compared.how")}</p>
      <AsyncBoundary
        query={compared}
        isEmpty={(found) => found.items.length === 0}
        empty={<Empty icon="chart" title={say("reports.nothing_yet")} />}
      >
        {(found) => (
          <>
            <Table items={found.items} by={found.by} shape={found.definitions[0]?.shape ?? "duration"} />
            {found.benchmarks.length > 0 && (
              <ul className={styles["findings"]}>
                {found.benchmarks.map((benchmark) => (
                  <li key={benchmark.id}>
                    <Icon name="info" size={16} />
                    <Beside benchmark={benchmark} shape={found.definitions[0]?.shape ?? "duration"} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </AsyncBoundary>
    </Panel>
  );
}

/** What others are said to reach, with where that is from and what speaks against it. */
function Beside({ benchmark, shape }: { benchmark: Schemas["BenchmarkView"]; shape: string }) {
  const [say, formats] = [useSay(), useFormats()];
  const written = useWritten(shape);
  const source = `${benchmark.source}, ${formats.date(`${benchmark.source_date}T12:00:00Z`)}`;
  return (
    <span>
      {say("reports.benchmark", { value: written(benchmark.value), who: benchmark.industry || benchmark.channel || "–", source })}
      {benchmark.doubt && ` ${benchmark.doubt}`}
    </span>
  );
}

function Table({ items, shape, by }: { items: readonly Compared[]; shape: string; by: string }) {
  const [say, formats] = [useSay(), useFormats()];
  const written = useWritten(shape);
  const size = (value: number | null): string =>
    value === null ? "–" : shape === "duration" ? `× ${formats.number(value, { maximumFractionDigits: 2 })}` : formats.percent(value);
  const columns: Column<Compared>[] = [
    { id: "who", title: say("reports.group"), cell: (item) => groupName(by, item.a.value, item.a.name, say) },
    {
      id: "verdict",
      title: say("reports.compared.verdict"),
      cell: (item) => say(`reports.verdict.${item.too_few ? "too_few" : item.verdict}` as TextId),
    },
    { id: "middle", title: say("reports.p50"), number: true, cell: (item) => written(item.a.middle) },
    { id: "rest", title: say("reports.compared.rest"), number: true, cell: (item) => written(item.b.middle) },
    {
      id: "size",
      title: say("reports.compared.size"),
      number: true,
      cell: (item) => (item.low === null ? size(item.size) : `${size(item.size)} (${size(item.low)} – ${size(item.high)})`),
    },
    { id: "n", title: say("reports.n"), number: true, cell: (item) => formats.number(item.a.n) },
    {
      id: "p",
      title: say("reports.compared.p"),
      number: true,
      cell: (item) => (item.corrected === null ? "–" : formats.number(item.corrected, { maximumFractionDigits: 3 })),
    },
  ];
  return (
    <DataTable
      caption={say("reports.compared.verdict")}
      columns={columns}
      rows={items}
      keyOf={(item) => `${item.metric}|${item.a.value}|${item.b.value}`}
    />
  );
}
