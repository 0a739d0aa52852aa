/** Targets from the desk's own last eight weeks: what was reached on how many days. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { AsOf } from "../../ui/AsOf";
import { DataTable, type Column } from "../../ui/DataTable";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty, Notice } from "../../ui/states";
import { groupName, useWritten, type Definition } from "./Figure";
import type { Question } from "./question";
import styles from "./Reports.module.css";

type Proposed = Schemas["TargetsView"];
type Row = Schemas["ProposalView"] & { group: string };

/** Of what has no better or worse there are no targets. */
const canAim = (definition: Definition | undefined): boolean => definition !== undefined && definition.better !== "none" && ["duration", "rate"].includes(definition.shape);

export function Targets({ question, definition }: { question: Question; definition: Definition | undefined }) {
  const [say, api] = [useSay(), useApi()];
  const { metric, business } = question;
  const by = question.by === "" ? undefined : question.by;
  const aims = canAim(definition);
  const targets = useQuery({
    queryKey: ["reports", "targets", metric, by, business],
    queryFn: () => told(api.GET("/reports/targets", { params: { query: { metric, business, ...(by ? { by } : {}) } } })),
    enabled: aims,
  });
  return (
    <Panel title={say("reports.targets.title", { metric: say(`metric.${metric}` as TextId) })} aside={targets.data?.as_of && <AsOf at={targets.data.as_of} />}>
      <p className={styles["definition"]}>{say("reports.targets.how")}</p>
      {aims ? (
        <AsyncBoundary
          query={targets}
          isEmpty={(found) => found.items.every(({ proposals }) => proposals.length === 0)}
          empty={<Empty icon="chart" title={say("reports.targets.too_few")} />}
        >
          {(found) => <Table found={found} />}
        </AsyncBoundary>
      ) : (
        <Notice icon="info" title={say("reports.targets.none")} />
      )}
    </Panel>
  );
}

function Table({ found }: { found: Proposed }) {
  const [say, formats] = [useSay(), useFormats()];
  const written = useWritten(found.definition.shape);
  const rows: Row[] = found.items.flatMap(({ value, name, proposals }) => {
    const group = value === null ? say("reports.by.all") : groupName(found.by, value, name, say);
    return proposals.map((proposal) => ({ ...proposal, group }));
  });
  const columns: Column<Row>[] = [
    { id: "who", title: say("reports.group"), cell: (row) => row.group },
    { id: "word", title: say("reports.targets.word"), cell: (row) => say(`reports.target.${row.word}` as TextId) },
    { id: "target", title: say("reports.targets.target"), number: true, cell: (row) => written(row.target) },
    { id: "days", title: say("reports.targets.days"), number: true, cell: (row) => say("reports.targets.days_of", { kept: row.days_kept, days: row.days }) },
    { id: "within", title: say("reports.targets.within"), number: true, cell: (row) => (row.within === null ? "–" : formats.percent(row.within)) },
  ];
  return <DataTable caption={say("reports.view.targets")} columns={columns} rows={rows} keyOf={(row) => `${row.group}|${row.word}`} />;
}
