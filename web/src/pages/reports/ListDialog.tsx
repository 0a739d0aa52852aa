/** The conversations behind a number, as they were when it was counted; counting them gives the number. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { channelName } from "../../app/channels";
import { useApi, useFormats, useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { DataTable, type Column } from "../../ui/DataTable";
import { Dialog } from "../../ui/Dialog";
import { AsyncBoundary } from "../../ui/states";
import { useWritten, type Definition, type FigureView } from "./Figure";
import { listQuery } from "./question";
import styles from "./Reports.module.css";

type Listed = Schemas["ListedView"];
const PAGE = 50;

interface Props {
  address: string;
  definition: Definition;
  number: FigureView;
  onClose: () => void;
}

export function ListDialog({ address, definition, number, onClose }: Props) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const written = useWritten(definition.shape === "rate" || definition.shape === "count" ? "count" : definition.shape);
  const query = listQuery(address, definition.name);
  const pages = useInfiniteQuery({
    queryKey: ["reports", "list", query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      told(
        api.GET("/reports/conversations", {
          params: { query: { ...query, metric: definition.name, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } as never },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const names = Object.assign({}, ...(pages.data?.pages.map((page) => page.names["agent"] ?? {}) ?? [])) as Record<string, string>;
  const columns: Column<Listed>[] = [
    { id: "conversation", title: say("reports.conversation"), cell: (entry) => entry.conversation_id },
    { id: "at", title: say("reports.when"), cell: (entry) => formats.dateTime(entry.at) },
    ...(definition.shape === "rate"
      ? [{ id: "hit", title: say("reports.hit"), cell: (entry: Listed) => say(entry.hit ? "reports.hit.yes" : "reports.hit.no") }]
      : definition.shape === "count"
        ? []
        : [{ id: "value", title: say("reports.value"), number: true, cell: (entry: Listed) => written(query["business"] ? entry.business_value : entry.value) }]),
    { id: "channel", title: say("reports.by.channel"), cell: (entry) => channelName(entry.channel, say) },
    { id: "agent", title: say("reports.by.agent"), cell: (entry) => (entry.agent === "-" ? "–" : (names[entry.agent] ?? entry.agent)) },
  ];
  return (
    <Dialog title={say("reports.behind", { n: number.n })} isOpen wide onClose={onClose}>
      <AsyncBoundary query={pages}>
        {() => (
          <>
            <p className={styles["note"]}>{say("reports.shown", { shown: items.length, n: number.n })}</p>
            <DataTable
              caption={say("reports.behind", { n: number.n })}
              columns={columns}
              rows={items}
              keyOf={(entry) => `${entry.conversation_id}|${entry.episode}|${entry.at}|${items.indexOf(entry)}`}
              empty={say("reports.empty")}
            />
          </>
        )}
      </AsyncBoundary>
      <div className={styles["actions"]}>
        {pages.hasNextPage && (
          <Button onPress={() => void pages.fetchNextPage()} isPending={pages.isFetchingNextPage}>
            {say("reports.more")}
          </Button>
        )}
        <Button kind="primary" onPress={onClose}>
          {say("reports.close")}
        </Button>
      </div>
    </Dialog>
  );
}
