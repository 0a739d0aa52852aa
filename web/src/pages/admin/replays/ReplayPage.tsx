/** What came of a day that was run again: figures side by side, and who would have got what. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import type { Say } from "../../../i18n/texts";
import { Button } from "../../../ui/Button";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary, Notice, Skeleton } from "../../../ui/states";
import { useAgents } from "../kit/people";
import { isUnder, SHOWN, type Replay } from "./replay";
import styles from "./Replays.module.css";

type Row = Schemas["RowView"];
type Fared = Schemas["FaredView"];
const AGAIN = 2_000;

export function ReplayPage({ id }: { id: string }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const query = useQuery({
    queryKey: ["admin", "replays", id],
    queryFn: () => told(api.GET("/routing/replays/{replay_id}", { params: { path: { replay_id: id } } })),
    refetchInterval: (known) => (known.state.data && isUnder(known.state.data) ? AGAIN : false),
  });
  return (
    <Page title={query.data ? formats.dateTime(query.data.asked_at) : say("area.replays")} wide aside={<span role="status">{query.data && say(`replay.state.${query.data.state}`)}</span>}>
      <AsyncBoundary query={query} loading={<Skeleton lines={5} height={32} />}>
        {(replay) => (isUnder(replay) ? <Skeleton lines={5} height={32} /> : <Result replay={replay} />)}
      </AsyncBoundary>
    </Page>
  );
}

function Result({ replay }: { replay: Replay }) {
  const say = useSay();
  if (replay.state === "failed") return <Notice icon="error" tone="bad" title={say("replay.state.failed")}>{replay.detail}</Notice>;
  return (
    <>
      <FigureTable replay={replay} />
      {replay.reproduced && <p>{say("replay.reproduced", { same: replay.reproduced.same, n: replay.reproduced.decisions })}</p>}
      <Panel title={say("replay.who")}>
        <Who replay={replay} />
      </Panel>
    </>
  );
}

function FigureTable({ replay }: { replay: Replay }) {
  const [say, formats] = [useSay(), useFormats()];
  const names = Object.keys(replay.figures);
  const said = (value: number, kind: "count" | "time" | "share"): string =>
    kind === "time" ? formats.duration(value * 1_000) : kind === "share" ? formats.percent(value) : formats.number(value);
  const titleOf = (name: string): string =>
    name === "current" || name === "draft" ? say(`replay.rules.${name}`) : name === "recorded" ? say("replay.was") : name;
  return (
    <Panel title={say("replay.figures")}>
      <DataTable
        caption={say("replay.figures")}
        rows={SHOWN}
        keyOf={([figure]) => figure}
        columns={[
          { id: "figure", title: say("replay.figure"), cell: ([figure]) => say(`replay.fig.${figure}`) },
          ...names.map((name): Column<(typeof SHOWN)[number]> => ({
            id: name,
            title: titleOf(name),
            number: true,
            cell: ([figure, kind]) => {
              const value = replay.figures[name]?.[figure];
              return value === undefined ? "–" : said(value, kind);
            },
          })),
        ]}
      />
    </Panel>
  );
}

/** Those of a made-up day have a number alone. */
const madeUp = (id: string, say: Say): string => (/^agt_0{8}/.test(id) ? say("replay.agent", { n: id.replace(/^agt_0+(?=.)/, "") }) : id);

function Who({ replay }: { replay: Replay }) {
  const [say, api, formats, agents] = [useSay(), useApi(), useFormats(), useAgents()];
  const query = useInfiniteQuery({
    queryKey: ["admin", "replays", replay.id, "rows"],
    queryFn: ({ pageParam }) =>
      told(api.GET("/routing/replays/{replay_id}/conversations", { params: { path: { replay_id: replay.id }, query: { limit: 50, ...(pageParam === "" ? {} : { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const fared = (one: Fared | null) => {
    if (one === null) return "–";
    if (one.agent_id === null) return say("replay.nobody");
    const name = agents.data?.find((agent) => agent.id === one.agent_id)?.name ?? madeUp(one.agent_id, say);
    return say("replay.fared", { name, time: formats.duration((one.waited_seconds ?? 0) * 1_000) });
  };
  return (
    <AsyncBoundary query={query}>
      {({ pages }) => (
        <>
          <DataTable
            caption={say("replay.who")}
            rows={pages.flatMap((page) => page.items)}
            keyOf={(row: Row) => `${row.conversation_id} ${row.came_at}`}
            toneOf={(row) => (row.differs ? "warn" : undefined)}
            empty={say("replay.none")}
            columns={[
              { id: "came", title: say("replay.came"), cell: (row) => `${formats.dateTime(row.came_at)}${row.differs ? ` · ${say("replay.differs")}` : ""}` },
              { id: "was", title: say("replay.was"), cell: (row) => fared(row.recorded) },
              { id: "current", title: say("replay.rules.current"), cell: (row) => fared(row.current) },
              { id: "draft", title: say("replay.rules.draft"), cell: (row) => fared(row.draft) },
            ]}
          />
          {query.hasNextPage && (
            <div className={styles["end"]}>
              <Button onPress={() => void query.fetchNextPage()} isPending={query.isFetchingNextPage}>
                {say("replay.more")}
              </Button>
            </div>
          )}
        </>
      )}
    </AsyncBoundary>
  );
}
