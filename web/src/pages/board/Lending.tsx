/** An agent helps another queue for a while, and comes back by themselves. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { FormDialog } from "../../inbox/actions/FormDialog";
import { Button } from "../../ui/Button";
import { Select, TextField } from "../../ui/fields";
import { useDone } from "../../undo/Undo";
import styles from "./Board.module.css";
import type { FloorAgent, Queue } from "./floor";
import { openTo, SPANS, until, type Span } from "./lending";

const LOANS = ["board", "loans"];
const AGAIN = 30_000;
const PAGE = 100;
/** Larger floors see the loans of the first agents. */
const MOST_PAGES = 5;

export type Loans = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** By agent: the teams they are lent to, and until when. */
export function useLoans(): Loans {
  const api = useApi();
  const query = useQuery({
    queryKey: LOANS,
    refetchInterval: AGAIN,
    queryFn: async (): Promise<Loans> => {
      const found: Schemas["PresenceView"][] = [];
      let cursor: string | null = null;
      for (let turn = 0; turn < MOST_PAGES && (turn === 0 || cursor !== null); turn++) {
        const page: Schemas["PresencePage"] = await told(api.GET("/presence", { params: { query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) } } }));
        found.push(...page.items);
        cursor = page.next_cursor;
      }
      return new Map(found.map((each) => [each.agent_id, each.lent_until]));
    },
  });
  return query.data ?? new Map();
}

interface LendProps {
  agent: FloorAgent;
  queues: readonly Queue[];
  /** The queue that they were dragged to. */
  to?: string | undefined;
  onClose: () => void;
}

export function LendDialog({ agent, queues, to, onClose }: LendProps) {
  const [say, api, formats, done, cache] = [useSay(), useApi(), useFormats(), useDone(), useQueryClient()];
  const open = openTo(agent, queues);
  const [team, setTeam] = useState(to ?? open[0]?.team_id ?? "");
  const [span, setSpan] = useState<Span>("30");
  const [own, setOwn] = useState("");
  const back = until(span, own, Date.now());
  const name = queues.find((queue) => queue.team_id === team)?.name ?? team;
  const path = { agent_id: agent.agent_id };

  async function lend(): Promise<void> {
    if (back === null) return;
    await told(api.POST("/agents/{agent_id}/loans", { params: { path }, body: { team_id: team, until: back.toISOString() } }));
    void cache.invalidateQueries({ queryKey: LOANS });
    done({ text: say("board.lent", { agent: agent.name, queue: name, time: formats.time(back) }), undo: () => end(team) });
  }
  async function end(teamId: string): Promise<void> {
    await told(api.DELETE("/agents/{agent_id}/loans/{team_id}", { params: { path: { ...path, team_id: teamId } } }));
    await cache.invalidateQueries({ queryKey: LOANS });
  }

  return (
    <FormDialog title={say("board.lend_title", { agent: agent.name })} send={say("board.lend_send")} onSend={lend} onClose={onClose} isReady={back !== null && team !== ""}>
      {open.length === 0 ? (
        <p>{say("board.lend_none")}</p>
      ) : (
        <Select label={say("board.queue")} choices={open.map((queue) => ({ id: queue.team_id, label: queue.name }))} value={team} onChange={setTeam} />
      )}
      <Select label={say("board.lend_for")} choices={SPANS.map((id) => ({ id, label: say(`board.lend_for.${id}`) }))} value={span} onChange={setSpan} />
      {span === "other" && <TextField type="datetime-local" label={say("board.lend_until")} value={own} onChange={setOwn} />}
      {back !== null && <p>{say("board.lend_back", { time: formats.dateTime(back) })}</p>}
    </FormDialog>
  );
}

interface LoanProps {
  agent: FloorAgent;
  queues: readonly Queue[];
  loans: Loans;
}

/** Where they help now, and the way back. */
export function LoansOf({ agent, queues, loans }: LoanProps) {
  const [say, api, formats, done, cache] = [useSay(), useApi(), useFormats(), useDone(), useQueryClient()];
  const lent = Object.entries(loans.get(agent.agent_id) ?? {}).filter(([, at]) => Date.parse(at) > Date.now());

  async function end(team: string, at: string, queue: string): Promise<void> {
    const path = { agent_id: agent.agent_id };
    await told(api.DELETE("/agents/{agent_id}/loans/{team_id}", { params: { path: { ...path, team_id: team } } }));
    await cache.invalidateQueries({ queryKey: LOANS });
    done({
      text: say("board.loan_ended", { agent: agent.name, queue }),
      undo: async () => {
        await told(api.POST("/agents/{agent_id}/loans", { params: { path }, body: { team_id: team, until: at } }));
        await cache.invalidateQueries({ queryKey: LOANS });
      },
    });
  }

  return lent.map(([team, at]) => {
    const queue = queues.find((each) => each.team_id === team)?.name ?? team;
    return (
      <span key={team} className={styles["loan"]}>
        {say("board.on_loan", { queue, time: formats.time(at) })}
        <Button kind="quiet" onPress={() => void end(team, at, queue)} aria-label={say("board.loan_end_of", { agent: agent.name, queue })}>
          {say("board.loan_end")}
        </Button>
      </span>
    );
  });
}
