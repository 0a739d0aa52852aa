/** Which topics end on which channel, and how. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../api/client";
import { channelName } from "../../app/channels";
import { useApi, useFormats, useSay } from "../../app/desk";
import { AsOf } from "../../ui/AsOf";
import { DataTable, type Column } from "../../ui/DataTable";
import { Panel } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import { OUTCOMES, routes, type Flow, type Route } from "./flows";
import { groupName } from "./Figure";
import type { Question } from "./question";
import styles from "./Reports.module.css";

export function Journeys({ question }: { question: Question }) {
  const [say, api] = [useSay(), useApi()];
  const { period } = question;
  const found = useQuery({
    queryKey: ["reports", "journeys", period],
    queryFn: () => told(api.GET("/reports/journeys", { params: { query: { period } } })),
  });
  return (
    <Panel title={say("reports.view.journeys")} aside={found.data?.as_of && <AsOf at={found.data.as_of} stale={found.data.settling} zone={found.data.zone} />}>
      <p className={styles["definition"]}>{say("reports.journeys.how")}</p>
      <AsyncBoundary query={found} isEmpty={(journeys) => journeys.flows.length === 0} empty={<Empty icon="chart" title={say("reports.nothing_yet")} />}>
        {({ flows }) => <Table flows={flows} />}
      </AsyncBoundary>
    </Panel>
  );
}

function Table({ flows }: { flows: readonly Flow[] }) {
  const [say, formats] = [useSay(), useFormats()];
  const columns: Column<Route>[] = [
    { id: "topic", title: say("reports.by.label"), cell: (route) => groupName("label", route.label, route.name, say) },
    { id: "channel", title: say("reports.journeys.ended_on"), cell: (route) => channelName(route.channel, say) },
    { id: "n", title: say("reports.n"), number: true, cell: (route) => formats.number(route.n) },
    ...OUTCOMES.map(
      (outcome): Column<Route> => ({
        id: outcome,
        title: say(`reports.outcome.${outcome}`),
        number: true,
        cell: (route) => formats.percent((route.outcomes[outcome] ?? 0) / route.n, 0),
      }),
    ),
  ];
  return <DataTable caption={say("reports.view.journeys")} columns={columns} rows={routes(flows)} keyOf={(route) => `${route.label}|${route.channel}`} />;
}
