/** Reports that come by themselves: which there are, when they come next, what became of them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { Button } from "../../ui/Button";
import { DataTable, type Column } from "../../ui/DataTable";
import { Dialog } from "../../ui/Dialog";
import { Page, Panel } from "../../ui/Page";
import { AsyncBoundary, Empty } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import { PlanForm } from "./PlanForm";
import styles from "./Schedules.module.css";

type Schedule = Schemas["ReportScheduleView"];
type Run = Schemas["RunView"];
const SCHEDULES = ["report-schedules"];
const RUNS = ["report-runs"];
const AGAIN = 5_000;

export default function Schedules() {
  const [say, api, cache, tell] = [useSay(), useApi(), useQueryClient(), useTell()];
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<Schedule | null>(null);
  const schedules = useQuery({ queryKey: SCHEDULES, queryFn: () => told(api.GET("/report-schedules")) });
  const send = useMutation({
    mutationFn: (schedule: Schedule) =>
      told(
        api.POST("/report-schedules/{schedule_id}/runs", {
          params: { path: { schedule_id: schedule.id } },
          body: { client_id: crypto.randomUUID(), test: false },
        }),
      ),
    onSuccess: () => {
      tell({ text: say("schedules.sending"), tone: "ok" });
      void cache.invalidateQueries({ queryKey: RUNS });
    },
    onError: (fault) => tell({ text: fault instanceof Problem ? fault.detail : say("state.failed"), tone: "bad" }),
  });
  const remove = useMutation({
    mutationFn: (schedule: Schedule) =>
      told(
        api.DELETE("/report-schedules/{schedule_id}", {
          params: { path: { schedule_id: schedule.id }, query: { version: schedule.version } },
        }),
      ),
    onSuccess: () => void cache.invalidateQueries({ queryKey: SCHEDULES }),
    onError: (fault) => tell({ text: fault instanceof Problem ? fault.detail : say("state.failed"), tone: "bad" }),
    onSettled: () => setRemoving(null),
  });
  return (
    <Page
      title={say("schedules.title")}
      wide
      aside={
        <Button kind="primary" icon="plus" onPress={() => setMaking(true)}>
          {say("schedules.new")}
        </Button>
      }
    >
      <AsyncBoundary
        query={schedules}
        isEmpty={(found) => found.items.length === 0}
        empty={<Empty icon="schedule" title={say("schedules.none")} />}
      >
        {(found) => <Table items={found.items} send={(one) => send.mutate(one)} sending={send.isPending} remove={setRemoving} />}
      </AsyncBoundary>
      <Runs />
      {making && <PlanForm onDone={() => setMaking(false)} />}
      {removing && (
        <Dialog title={say("schedules.remove_title", { name: removing.name })} isOpen alert onClose={() => setRemoving(null)}>
          <p>{say("schedules.remove_text")}</p>
          <div className={styles["actions"]}>
            <Button onPress={() => setRemoving(null)}>{say("schedules.keep")}</Button>
            <Button kind="danger" onPress={() => remove.mutate(removing)} isPending={remove.isPending}>
              {say("schedules.remove")}
            </Button>
          </div>
        </Dialog>
      )}
    </Page>
  );
}

interface TableProps {
  items: readonly Schedule[];
  send: (schedule: Schedule) => void;
  sending: boolean;
  remove: (schedule: Schedule) => void;
}

function Table({ items, send, sending, remove }: TableProps) {
  const say = useSay();
  const columns: Column<Schedule>[] = [
    { id: "name", title: say("schedules.name"), cell: (one) => one.name },
    {
      id: "next",
      title: say("schedules.next"),
      cell: (one) => <Next schedule={one} />,
    },
    { id: "zone", title: say("schedules.zone"), cell: (one) => one.recurrence.zone },
    { id: "to", title: say("schedules.recipients"), cell: (one) => one.recipients.map((each) => each.address).join(", ") },
    { id: "formats", title: say("schedules.formats"), cell: (one) => one.formats.join(", ") },
    {
      id: "do",
      title: say("schedules.do"),
      cell: (one) => (
        <span className={styles["row"]}>
          <Button kind="quiet" icon="mail" isDisabled={sending} onPress={() => send(one)} aria-label={`${say("schedules.send")}: ${one.name}`}>
            {say("schedules.send")}
          </Button>
          <Button kind="quiet" icon="remove" onPress={() => remove(one)} aria-label={`${say("schedules.remove")}: ${one.name}`}>
            {say("schedules.remove")}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Panel title={say("schedules.list")}>
      <DataTable caption={say("schedules.list")} columns={columns} rows={items} keyOf={(one) => one.id} />
    </Panel>
  );
}

/** In the schedule's own zone, which stands beside it. */
function Next({ schedule }: { schedule: Schedule }) {
  const [say, formats] = [useSay(), useFormats(schedule.recurrence.zone)];
  return schedule.next_at ? formats.dateTime(schedule.next_at) : say("schedules.never");
}

function Runs() {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const runs = useQuery({
    queryKey: RUNS,
    queryFn: () => told(api.GET("/report-runs", { params: { query: { limit: 25 } } })),
    refetchInterval: (query) => (query.state.data?.items.some((run) => run.ended_at === null) ? AGAIN : false),
  });
  const columns: Column<Run>[] = [
    { id: "name", title: say("schedules.name"), cell: (run) => run.name },
    { id: "at", title: say("schedules.when"), cell: (run) => formats.dateTime(run.due_at) },
    { id: "state", title: say("schedules.state"), cell: (run) => say(`schedules.state.${run.state}` as TextId) },
    {
      id: "sent",
      title: say("schedules.sent"),
      cell: (run) =>
        run.deliveries.map((each) => (
          <span key={`${each.way}${each.address}`} className={styles["delivery"]}>
            {`${each.address}: ${say(`schedules.fate.${each.fate}` as TextId)}`}
            {each.detail && ` (${each.detail})`}
          </span>
        )),
    },
  ];
  return (
    <Panel title={say("schedules.runs")}>
      <AsyncBoundary query={runs}>
        {(found) => (
          <DataTable
            caption={say("schedules.runs")}
            columns={columns}
            rows={found.items}
            keyOf={(run) => run.id}
            toneOf={(run) => (run.state === "failed" ? "bad" : undefined)}
            empty={say("schedules.no_runs")}
          />
        )}
      </AsyncBoundary>
    </Panel>
  );
}
