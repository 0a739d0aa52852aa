/** Who waits in a queue: in the order in which they will be answered, with what speaks for each; one is taken over, many are
 * changed at once. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link, useParams } from "wouter";
import { told, type Schemas } from "../../api/client";
import { useApi, useFollow, useFormats, useNow, useSay } from "../../app/desk";
import { useConversation } from "../../desk/conversation";
import { useGently } from "../../desk/gently";
import { BulkBar } from "../../inbox/list/BulkBar";
import { Button } from "../../ui/Button";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { DataTable, type Column } from "../../ui/DataTable";
import { Checkbox } from "../../ui/inputs";
import { Page } from "../../ui/Page";
import { AsyncBoundary } from "../../ui/states";
import styles from "./Board.module.css";
import { nameOfQueue } from "./lending";

const ActionDialog = lazy(() => import("../../inbox/actions/dialogs"));

type Entry = Schemas["EntryView"];
type Row = Schemas["ConversationPage"]["items"][number];
const SHOWN = 50;
const AGAIN = 15_000;

export default function QueuePage() {
  const { id = "" } = useParams<{ id: string }>();
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const key = ["board", "queue", id];
  const queue = useQuery({
    queryKey: key,
    refetchInterval: AGAIN,
    queryFn: async () => {
      const found = await told(api.GET("/queues/{queue_id}", { params: { path: { queue_id: id }, query: { limit: SHOWN } } }));
      const ids = found.entries.map((entry) => entry.conversation_id);
      const rows = ids.length === 0 ? [] : (await told(api.GET("/conversations", { params: { query: { ids: ids.join(","), limit: SHOWN } } }))).items;
      return { ...found, rows: new Map(rows.map((row) => [row.id, row])) };
    },
  });
  const again = useGently(() => void cache.invalidateQueries({ queryKey: key }));
  useFollow({ topics: id === "" ? [] : [`team:${id}`], changed: again, signal: (frame) => frame.type === "gauges" && again(), reset: again });
  const [taking, setTaking] = useState<string | null>(null);
  return (
    <Page title={queue.data === undefined ? say("board.queue") : say("board.queue_title", { name: nameOfQueue(queue.data, say) })} wide>
      <p className={styles["ways"]}>
        <Link href="/board">{say("board.back")}</Link> · <Link href={`/inbox/team/${id}`}>{say("board.queue_inbox")}</Link>
      </p>
      <AsyncBoundary query={queue}>{(found) => <Waiting entries={found.entries} rows={found.rows} take={setTaking} changed={again} />}</AsyncBoundary>
      {taking !== null && <TakingOver id={taking} onClose={() => setTaking(null)} />}
    </Page>
  );
}

interface WaitingProps {
  entries: readonly Entry[];
  rows: ReadonlyMap<string, Row>;
  take: (id: string) => void;
  changed: () => void;
}

function Waiting({ entries, rows, take, changed }: WaitingProps) {
  const [say, formats, now] = [useSay(), useFormats(), useNow(10_000)];
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  // Who waits no more is selected no more.
  const chosen = entries.flatMap(({ conversation_id: id }) => (selected.has(id) ? (rows.get(id) ?? []) : []));
  const select = (id: string, on: boolean) => setSelected((before) => new Set(on ? [...before, id] : [...before].filter((each) => each !== id)));
  const clear = () => setSelected(new Set());
  const nameOf = (entry: Entry) => rows.get(entry.conversation_id)?.contact_name || say("inbox.nobody");
  const columns: Column<Entry>[] = [
    {
      id: "who",
      title: say("board.customer"),
      cell: (entry) => (
        <span className={styles["who"]}>
          <Checkbox bare label={say("list.select", { name: nameOf(entry) })} isSelected={selected.has(entry.conversation_id)} onChange={(on) => select(entry.conversation_id, on)} />
          <ChannelBadge channel={entry.channel} />
          <Link href={`/inbox/team/${entry.team_id}?c=${entry.conversation_id}`}>
            <bdi>{nameOf(entry)}</bdi>
          </Link>
        </span>
      ),
    },
    { id: "said", title: say("board.said"), cell: (entry) => rows.get(entry.conversation_id)?.last_message?.preview ?? "–" },
    { id: "waits", title: say("board.waits"), number: true, cell: (entry) => formats.duration(now - Date.parse(entry.waiting_since), "narrow") },
    {
      id: "points",
      title: say("board.points"),
      cell: (entry) => entry.contributions.map(({ name, points }) => `${name} ${formats.number(points, { signDisplay: "always" })}`).join(" · ") || "–",
    },
    {
      id: "needs",
      title: say("board.needs"),
      cell: (entry) => Object.entries(entry.required).map(([skill, level]) => `${skill} ${formats.number(level)}`).join(" · ") || "–",
    },
    {
      id: "do",
      title: say("board.do"),
      cell: (entry) => (
        <Button kind="quiet" onPress={() => take(entry.conversation_id)} aria-label={say("board.take_over_of", { name: nameOf(entry) })}>
          {say("board.take_over")}
        </Button>
      ),
    },
  ];
  return (
    <>
      {chosen.length > 0 && (
        <BulkBar
          rows={chosen}
          clear={clear}
          done={() => {
            clear();
            changed();
          }}
        />
      )}
      <DataTable caption={say("board.waiting_list")} columns={columns} rows={entries} keyOf={(entry) => entry.conversation_id} empty={say("board.nobody_waits")} />
    </>
  );
}

function TakingOver({ id, onClose }: { id: string; onClose: () => void }) {
  const { data } = useConversation(id);
  if (data === undefined) return null;
  return (
    <Suspense fallback={null}>
      <ActionDialog conversation={data} asked={{ act: "take_over" }} onClose={onClose} />
    </Suspense>
  );
}
