/** Privacy: what customers have asked for through providers, and how long what is kept. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "wouter";
import { told, type Schemas } from "../../../api/client";
import { channelName } from "../../../app/channels";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Empty, Skeleton } from "../../../ui/states";
import type { AreaProps } from "../areas";
import views from "../labels/labels.module.css";
import { RequestPage } from "./RequestPage";
import { Retention } from "./Retention";

type Row = Schemas["RequestRow"];
export const REQUESTS = ["privacy-requests"];

export default function Privacy({ id, base }: AreaProps) {
  const say = useSay();
  const isRetention = new URLSearchParams(useSearch()).get("view") === "retention";
  if (id !== undefined) return <RequestPage id={id} />;
  return (
    <>
      <nav className={views["views"]} aria-label={say("area.privacy")}>
        <Link href={base} aria-current={isRetention ? undefined : "page"}>
          {say("privacy.requests")}
        </Link>
        <Link href={`${base}?view=retention`} aria-current={isRetention ? "page" : undefined}>
          {say("privacy.retention")}
        </Link>
      </nav>
      {isRetention ? <Retention /> : <Requests base={base} />}
    </>
  );
}

const WISHES = ["export", "erasure", "shop_erasure"] as const;
const STATES = ["waiting", "under_way", "done", "refused"] as const;

export function useRequestWords() {
  const say = useSay();
  return {
    wish: (row: Row) => say(`privacy.wish.${WISHES.find((each) => each === row.wish) ?? "erasure"}`),
    state: (row: Row) => say(`privacy.state.${STATES.find((each) => each === row.state) ?? "waiting"}`),
  };
}

function Requests({ base }: { base: string }) {
  const [say, api, formats, words] = [useSay(), useApi(), useFormats(), useRequestWords()];
  const requests = useInfiniteQuery({
    queryKey: REQUESTS,
    queryFn: ({ pageParam }) =>
      told(api.GET("/privacy/requests", { params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const columns: Column<Row>[] = [
    { id: "wish", title: say("privacy.wish"), cell: (row) => <Link href={`${base}/${row.id}`}>{words.wish(row)}</Link> },
    { id: "from", title: say("inboxes.channel"), cell: (row) => `${channelName(row.channel, say)} ${row.account_id}` },
    { id: "at", title: say("privacy.received"), cell: (row) => formats.dateTime(row.received_at) },
    {
      id: "due",
      title: say("privacy.due"),
      cell: (row) => (row.overdue ? say("privacy.overdue", { time: formats.date(row.due_at) }) : formats.date(row.due_at)),
    },
    { id: "state", title: say("admin.state"), cell: words.state },
  ];
  const rows = requests.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={say("privacy.requests")} wide>
      <AsyncBoundary
        query={requests}
        loading={<Skeleton lines={4} height={32} />}
        isEmpty={() => rows.length === 0}
        empty={
          <Empty icon="shield" title={say("privacy.none")}>
            {say("privacy.none_more")}
          </Empty>
        }
      >
        {() => (
          <DataTable
            caption={say("privacy.requests")}
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            toneOf={(row) => (row.overdue ? "bad" : row.state === "waiting" ? "warn" : undefined)}
          />
        )}
      </AsyncBoundary>
      {requests.hasNextPage && (
        <div>
          <Button isPending={requests.isFetchingNextPage} onPress={() => void requests.fetchNextPage()}>
            {say("webhooks.more")}
          </Button>
        </div>
      )}
    </Page>
  );
}
