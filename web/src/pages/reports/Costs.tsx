/** What cases cost: what channels' providers and AWS take, beside how many there were. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { AsOf } from "../../ui/AsOf";
import { DataTable, type Column } from "../../ui/DataTable";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import { groupName } from "./Figure";
import type { Question } from "./question";
import styles from "./Reports.module.css";

type Cost = Schemas["CostView"];
type Costed = Schemas["CostsView"];

export function Costs({ question }: { question: Question }) {
  const [say, api] = [useSay(), useApi()];
  const { period, compare } = question;
  const by = question.by === "" ? undefined : question.by;
  const costs = useQuery({
    queryKey: ["reports", "costs", period, compare, by],
    queryFn: () => told(api.GET("/reports/costs", { params: { query: { period, compare, ...(by ? { by } : {}) } } })),
  });
  return (
    <Panel title={say("reports.view.costs")} aside={costs.data?.as_of && <AsOf at={costs.data.as_of} stale={costs.data.settling} zone={costs.data.zone} />}>
      <p className={styles["definition"]}>{say("reports.costs.how")}</p>
      <AsyncBoundary query={costs} isEmpty={(found) => found.as_of === null} empty={<Empty icon="chart" title={say("reports.nothing_yet")} />}>
        {(found) => <Table found={found} />}
      </AsyncBoundary>
    </Panel>
  );
}

function Table({ found }: { found: Costed }) {
  const [say, formats] = [useSay(), useFormats()];
  const money = (micro: number | null): string => (micro === null ? "–" : formats.money(micro, found.currency));
  const rows = [
    { key: "total", name: say("reports.total"), cost: found.total },
    ...(found.before ? [{ key: "before", name: say("reports.before"), cost: found.before }] : []),
    ...found.groups.map((cost) => ({ key: `=${cost.value}`, name: groupName(found.by, cost.value, cost.name, say), cost })),
  ];
  const amount = (id: keyof Pick<Cost, "provider" | "aws" | "a_conversation" | "a_message" | "a_resolution">): Column<(typeof rows)[number]> => ({
    id,
    title: say(`reports.costs.${id}`),
    number: true,
    cell: ({ cost }) => money(cost[id]),
  });
  const columns: Column<(typeof rows)[number]>[] = [
    { id: "who", title: say("reports.group"), cell: ({ name }) => name },
    { id: "conversations", title: say("reports.costs.conversations"), number: true, cell: ({ cost }) => formats.number(cost.conversations) },
    amount("provider"),
    amount("aws"),
    amount("a_conversation"),
    amount("a_message"),
    amount("a_resolution"),
  ];
  return <DataTable caption={say("reports.view.costs")} columns={columns} rows={rows} keyOf={(row) => row.key} />;
}
