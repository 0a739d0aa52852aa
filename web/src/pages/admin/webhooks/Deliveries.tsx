/** What an endpoint was told, in the last 30 days: each with every attempt, and again on request. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Select } from "../../../ui/fields";
import { AsyncBoundary, Empty } from "../../../ui/states";
import { useTell } from "../../../ui/Toasts";
import form from "../parts/parts.module.css";
import { faultText } from "../parts/faults";
import { DeliveryDialog } from "./DeliveryDialog";
import { ReplayRange } from "./ReplayRange";
import { ENDPOINTS, type Endpoint } from "./Webhooks";

type Row = Schemas["DeliveryRow"];
type State = Row["state"];
const STATES: readonly State[] = ["waiting", "delivered", "exhausted"];
const AGAIN = 5_000;

export function Deliveries({ endpoint }: { endpoint: Endpoint }) {
  const [say, api, cache, tell] = [useSay(), useApi(), useQueryClient(), useTell()];
  const [state, setState] = useState<State | "">("");
  const [open, setOpen] = useState<string | null>(null);
  const [isRange, setRange] = useState(false);
  const path = { endpoint_id: endpoint.id };
  const queryKey = [...ENDPOINTS, endpoint.id, "deliveries"];
  const log = useInfiniteQuery({
    queryKey: [...queryKey, state],
    queryFn: ({ pageParam }) =>
      told(
        api.GET("/webhook-endpoints/{endpoint_id}/deliveries", {
          params: { path, query: { limit: 25, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: AGAIN,
  });
  const replay = useMutation({
    mutationFn: (row: Row) =>
      told(
        api.POST("/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/replay", {
          params: { path: { ...path, delivery_id: row.id } },
        }),
      ),
    onSuccess: () => {
      tell({ text: say("webhooks.again_sent"), tone: "ok" });
      void cache.invalidateQueries({ queryKey });
    },
    onError: (fault) => tell({ text: faultText(fault, say), tone: "bad" }),
  });
  const rows = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className={form["toolbar"]}>
        <Select
          label={say("admin.state")}
          value={state}
          onChange={setState}
          choices={[{ id: "", label: say("webhooks.all_states") }, ...STATES.map((id) => ({ id, label: say(`webhooks.state.${id}`) }))]}
        />
        <Button icon="refresh" onPress={() => setRange(true)}>
          {say("webhooks.replay_range")}
        </Button>
      </div>
      <AsyncBoundary query={log} isEmpty={() => rows.length === 0} empty={<Empty icon="webhook" title={say("webhooks.no_log")} />}>
        {() => <LogTable rows={rows} open={setOpen} replay={(row) => replay.mutate(row)} isBusy={replay.isPending} />}
      </AsyncBoundary>
      {log.hasNextPage && (
        <div>
          <Button isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
            {say("webhooks.more")}
          </Button>
        </div>
      )}
      {open !== null && <DeliveryDialog endpointId={endpoint.id} id={open} onClose={() => setOpen(null)} />}
      {isRange && <ReplayRange endpointId={endpoint.id} onClose={() => setRange(false)} />}
    </>
  );
}

function LogTable({
  rows,
  open,
  replay,
  isBusy,
}: {
  rows: readonly Row[];
  open: (id: string) => void;
  replay: (row: Row) => void;
  isBusy: boolean;
}) {
  const [say, formats] = [useSay(), useFormats()];
  const last = (row: Row) => {
    const attempt = row.last_attempt;
    if (!attempt) return row.reason;
    return attempt.status === null ? attempt.error : say("webhooks.answered", { status: String(attempt.status), ms: attempt.took_ms });
  };
  const columns: Column<Row>[] = [
    {
      id: "type",
      title: say("webhooks.event"),
      cell: (row) => (
        <Button kind="quiet" onPress={() => open(row.id)} aria-label={`${row.event_type}, ${formats.dateTime(row.occurred_at)}`}>
          {row.event_type}
        </Button>
      ),
    },
    { id: "at", title: say("inboxes.when"), cell: (row) => formats.dateTime(row.occurred_at) },
    { id: "state", title: say("admin.state"), cell: (row) => say(`webhooks.state.${row.state}`) },
    { id: "last", title: say("webhooks.last_attempt"), cell: last },
    { id: "tries", title: say("webhooks.tries"), number: true, cell: (row) => formats.number(row.tries) },
    { id: "due", title: say("webhooks.due"), cell: (row) => (row.due_at ? formats.dateTime(row.due_at) : "") },
    {
      id: "do",
      title: say("webhooks.again"),
      cell: (row) => (
        <Button
          kind="quiet"
          icon="refresh"
          isDisabled={isBusy}
          onPress={() => replay(row)}
          aria-label={`${say("webhooks.again")}: ${row.event_type}, ${formats.dateTime(row.occurred_at)}`}
        >
          {say("webhooks.again")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      caption={say("webhooks.log")}
      columns={columns}
      rows={rows}
      keyOf={(row) => row.id}
      toneOf={(row) => (row.state === "exhausted" ? "bad" : row.state === "waiting" ? "warn" : undefined)}
    />
  );
}
