/** The parts of the board: queues, agents, promises at risk, channels. */

import { useState, type DragEvent } from "react";
import { Link } from "wouter";
import { channelName } from "../../app/channels";
import { useFormats, useNow, useSay } from "../../app/desk";
import type { TextId } from "../../i18n/texts";
import { Button } from "../../ui/Button";
import { DataTable, type Column } from "../../ui/DataTable";
import { Icon } from "../../ui/Icon";
import styles from "./Board.module.css";
import { LoansOf, type Loans } from "./Lending";
import { DRAGGED, nameOfQueue } from "./lending";
import { busy, byLoad, byUrgency, type Floor, type FloorAgent, type FloorChannel, type Queue, type Risk } from "./floor";

/** Asks to lend an agent, to a queue that is chosen already or not. */
export type Lend = (agentId: string, teamId?: string) => void;

export function QueueTable({ floor, lend }: { floor: Floor; lend: Lend }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow()];
  const columns: Column<Queue>[] = [
    { id: "name", title: say("board.queue"), cell: (queue) => <QueueName queue={queue} lend={lend} /> },
    {
      id: "depth",
      title: say("board.depth"),
      number: true,
      cell: (queue) => {
        const depth = formats.number(queue.depth);
        return queue.depth_is_more ? say("board.more", { n: depth }) : depth;
      },
    },
    { id: "oldest", title: say("board.oldest"), number: true, cell: (queue) => since(queue.oldest_waiting_since) },
    { id: "arrivals", title: say("board.arrivals"), number: true, cell: (queue) => rate(queue.arrivals.last_15) },
    { id: "free", title: say("board.free"), number: true, cell: (queue) => formats.number(queue.free_units) },
    {
      id: "wait",
      title: say("board.wait"),
      cell: ({ expected_wait: wait }) =>
        wait
          ? say("board.wait_value", {
              p50: formats.duration(wait.p50_seconds * 1000, "narrow"),
              p90: formats.duration(wait.p90_seconds * 1000, "narrow"),
            })
          : "–",
    },
    { id: "left", title: say("board.left"), number: true, cell: (queue) => formats.number(queue.left_today) },
    { id: "breached", title: say("board.breached"), number: true, cell: (queue) => formats.number(queue.breached) },
  ];
  function since(moment: string | null): string {
    return moment ? formats.duration(now - new Date(moment).getTime(), "narrow") : "–";
  }
  function rate(value: number): string {
    return formats.number(value, { maximumFractionDigits: 1 });
  }
  return (
    <DataTable
      caption={say("board.queues")}
      columns={columns}
      rows={floor.queues}
      keyOf={(queue) => queue.team_id}
      toneOf={(queue) => (queue.breached > 0 ? "bad" : queue.due_soon > 0 ? "warn" : undefined)}
      empty={say("board.no_queues")}
    />
  );
}

export function AgentTable({ floor, lend, loans }: { floor: Floor; lend: Lend; loans: Loans }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow(10_000)];
  const columns: Column<FloorAgent>[] = [
    { id: "name", title: say("board.agent"), cell: (agent) => <AgentName agent={agent} /> },
    {
      id: "state",
      title: say("board.state"),
      cell: (agent) => (
        <span className={styles["state"]} data-on={agent.available}>
          <Icon name={agent.available ? "done" : agent.connected ? "clock" : "offline"} size={16} />
          {say(`board.state.${agent.because}` as TextId)}
        </span>
      ),
    },
    {
      id: "load",
      title: say("board.load"),
      cell: (agent) => {
        const words = say("board.load_value", { used: formats.number(agent.used), units: formats.number(agent.units) });
        return (
          <span className={styles["load"]}>
            <meter min={0} max={Math.max(agent.units, 1)} value={agent.used} aria-label={words} />
            {words}
          </span>
        );
      },
    },
    { id: "held", title: say("board.held"), number: true, cell: (agent) => formats.number(agent.held) },
    {
      id: "idle",
      title: say("board.idle"),
      number: true,
      cell: (agent) => (agent.idle_since ? formats.ago(agent.idle_since, now) : "–"),
    },
    {
      id: "queues",
      title: say("board.lending"),
      cell: (agent) => (
        <span className={styles["lending"]}>
          <LoansOf agent={agent} queues={floor.queues} loans={loans} />
          <Button kind="quiet" onPress={() => lend(agent.agent_id)} aria-label={say("board.lend_of", { agent: agent.name })}>
            {say("board.lend_to")}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        caption={say("board.agents")}
        columns={columns}
        rows={byLoad(floor.agents)}
        keyOf={(agent) => agent.agent_id}
        empty={say("board.no_agents")}
      />
      {floor.agents_are_more && <p className={styles["note"]}>{say("board.agents_more")}</p>}
    </>
  );
}

/** Agents are dropped here, to be lent; the button beside an agent does the same. */
function QueueName({ queue, lend }: { queue: Queue; lend: Lend }) {
  const say = useSay();
  const [over, setOver] = useState(false);
  const isAgent = (event: DragEvent) => event.dataTransfer.types.includes(DRAGGED);
  return (
    <span
      className={styles["drop"]}
      data-over={over}
      onDragOver={(event) => {
        if (!isAgent(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!isAgent(event)) return;
        event.preventDefault();
        lend(event.dataTransfer.getData(DRAGGED), queue.team_id);
      }}
    >
      <Link href={`/board/queues/${queue.team_id}`}>{nameOfQueue(queue, say)}</Link>
    </span>
  );
}

function AgentName({ agent }: { agent: FloorAgent }) {
  return (
    <span className={styles["drag"]} draggable onDragStart={(event) => event.dataTransfer.setData(DRAGGED, agent.agent_id)}>
      <bdi>{agent.name}</bdi>
    </span>
  );
}

export function RiskTable({ floor }: { floor: Floor }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow()];
  const named = new Map(floor.agents.map((agent) => [agent.agent_id, agent.name]));
  const teams = new Map(floor.queues.map((queue) => [queue.team_id, nameOfQueue(queue, say)]));
  const columns: Column<Risk>[] = [
    {
      id: "clock",
      title: say("board.clock"),
      cell: (risk) => <Link href={`/inbox/all?c=${risk.conversation_id}`}>{say(`board.clock.${risk.clock}` as TextId)}</Link>,
    },
    {
      id: "due",
      title: say("board.due"),
      cell: (risk) => {
        const left = new Date(risk.due_at).getTime() - now;
        const time = formats.duration(Math.abs(left), "narrow");
        return left < 0 ? <span className={styles["late"]}>{say("board.overdue", { time })}</span> : say("board.in", { time });
      },
    },
    { id: "owner", title: say("board.owner"), cell: (risk) => (risk.owner_id ? (named.get(risk.owner_id) ?? risk.owner_id) : say("board.nobody")) },
    { id: "queue", title: say("board.queue"), cell: (risk) => (risk.team_id ? (teams.get(risk.team_id) ?? risk.team_id) : say("board.no_team")) },
    { id: "channel", title: say("board.channel"), cell: (risk) => channelName(risk.channel, say) },
  ];
  return (
    <>
      <DataTable
        caption={say("board.at_risk")}
        columns={columns}
        rows={byUrgency(floor.at_risk)}
        keyOf={(risk) => risk.id}
        toneOf={(risk) => (risk.breached ? "bad" : "warn")}
        empty={say("board.no_risk")}
      />
      {floor.at_risk_is_more && <p className={styles["note"]}>{say("board.risk_more")}</p>}
    </>
  );
}

export function ChannelTable({ floor }: { floor: Floor }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow()];
  const columns: Column<FloorChannel>[] = [
    { id: "channel", title: say("board.channel"), cell: (one) => channelName(one.channel, say) },
    { id: "open", title: say("board.open"), number: true, cell: (one) => formats.number(one.open) },
    { id: "waiting", title: say("board.depth"), number: true, cell: (one) => formats.number(one.waiting) },
    {
      id: "oldest",
      title: say("board.oldest"),
      number: true,
      cell: (one) =>
        one.oldest_waiting_since ? formats.duration(now - new Date(one.oldest_waiting_since).getTime(), "narrow") : "–",
    },
    {
      id: "arrivals",
      title: say("board.arrivals"),
      number: true,
      cell: (one) => formats.number(one.arrivals.last_15, { maximumFractionDigits: 1 }),
    },
  ];
  return (
    <DataTable
      caption={say("board.channels")}
      columns={columns}
      rows={busy(floor.channels)}
      keyOf={(one) => one.channel}
      empty={say("board.no_channels")}
    />
  );
}
