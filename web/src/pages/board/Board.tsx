/** The supervisor's board: the floor as it is now, and what is about to go wrong. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { told } from "../../api/client";
import { useCalmStatus } from "../../app/Connection";
import { useApi, useFollow, useFormats, useNow, useSay } from "../../app/desk";
import { useWidth } from "../../app/width";
import { AsOf } from "../../ui/AsOf";
import { Page, Panel } from "../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../ui/states";
import { Views } from "../../ui/Views";
import styles from "./Board.module.css";
import { after, isFloorFrame, sums, type Floor, type FloorFrame } from "./floor";
import { LendDialog, useLoans } from "./Lending";
import { AgentTable, ChannelTable, QueueTable, RiskTable, type Lend } from "./tables";
import { Warnings } from "./Warnings";

const FLOOR = ["floor"] as const;
/** Where nothing tells of changes, and while the first look is under way. */
const AGAIN = 2_000;
const SELDOM = 60_000;
const TOPICS = ["floor"];

export default function Board() {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const { state } = useCalmStatus();
  const floor = useQuery({
    queryKey: FLOOR,
    queryFn: () => told(api.GET("/floor")),
    refetchInterval: (query) => (query.state.data?.refreshing ? AGAIN : SELDOM),
  });
  useFollow({
    topics: TOPICS,
    signal: (frame) => {
      if (!isFloorFrame(frame)) return;
      const known = cache.getQueryData<Floor>(FLOOR);
      const next = known && after(known, frame as unknown as FloorFrame);
      if (next) cache.setQueryData<Floor>(FLOOR, next);
      else void cache.invalidateQueries({ queryKey: FLOOR });
    },
    reset: () => void cache.invalidateQueries({ queryKey: FLOOR }),
  });
  const asOf = floor.data?.as_of;
  return (
    <Page title={say("board.title")} wide aside={asOf && <AsOf at={asOf} stale={state !== "live" || floor.isError} />}>
      <Warnings names={new Map(floor.data?.agents.map((agent) => [agent.agent_id, agent.name]))} />
      <AsyncBoundary query={floor} loading={<Skeleton lines={4} height={76} />}>
        {(found) => (found.as_of === null ? <Skeleton lines={4} height={76} /> : <Shown floor={found} />)}
      </AsyncBoundary>
    </Page>
  );
}

/** While somebody is dragged nothing changes its place; what came meanwhile is shown once they are dropped. */
function useStill(newest: Floor): [Floor, { onDragStart: () => void; onDragEnd: () => void }] {
  const [held, hold] = useState<Floor | null>(null);
  return [held ?? newest, { onDragStart: () => hold(newest), onDragEnd: () => hold(null) }];
}

function Shown({ floor: newest }: { floor: Floor }) {
  const say = useSay();
  const [floor, still] = useStill(newest);
  const wide = useWidth() === "desktop";
  const loans = useLoans();
  const [lent, setLent] = useState<{ agentId: string; teamId: string | undefined } | null>(null);
  const lend: Lend = (agentId, teamId) => setLent({ agentId, teamId });
  const agent = floor.agents.find((each) => each.agent_id === lent?.agentId);
  const areas = [
    { id: "queues", title: say("board.queues"), table: <QueueTable floor={floor} lend={lend} /> },
    { id: "agents", title: say("board.agents"), table: <AgentTable floor={floor} lend={lend} loans={loans} /> },
    { id: "at_risk", title: say("board.at_risk"), table: <RiskTable floor={floor} /> },
    { id: "channels", title: say("board.channels"), table: <ChannelTable floor={floor} /> },
  ];
  return (
    <>
      <Figures floor={newest} />
      {wide ? (
        <div className={styles["grid"]} {...still}>
          {areas.map((area) => (
            <Panel key={area.id} title={area.title}>
              {area.table}
            </Panel>
          ))}
        </div>
      ) : (
        <Views label={say("board.areas")} views={areas.map(({ id, title, table }) => ({ id, title, show: () => table }))} />
      )}
      {agent && <LendDialog agent={agent} queues={floor.queues} to={lent?.teamId} onClose={() => setLent(null)} />}
    </>
  );
}

function Figures({ floor }: { floor: Floor }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow()];
  const found = sums(floor);
  const oldest = found.oldest ? formats.duration(now - new Date(found.oldest).getTime(), "narrow") : say("board.none");
  return (
    <dl className={styles["figures"]}>
      <Figure name={say("board.waiting")}>{formats.number(found.waiting)}</Figure>
      <Figure name={say("board.oldest")}>{oldest}</Figure>
      <Figure name={say("board.breached")} bad={found.breached > 0}>
        {formats.number(found.breached)}
      </Figure>
      <Figure name={say("board.due_soon")}>{formats.number(found.dueSoon)}</Figure>
      <Figure name={say("board.available")}>{formats.number(found.available)}</Figure>
      <Figure name={say("board.free")}>{formats.number(found.freeUnits)}</Figure>
    </dl>
  );
}

function Figure({ name, children, bad = false }: { name: string; children: ReactNode; bad?: boolean }) {
  return (
    <div className={styles["figure"]} data-bad={bad}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
