/** Handing a conversation over: to a team's queue with what wait it has, or to a colleague; with a word for the next one. */

import { useState } from "react";
import { Problem } from "../../api/problem";
import { useFormats, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import type { Formats } from "../../i18n/formats";
import type { Say } from "../../i18n/texts";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { TextArea } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { useActs, useAsker } from "./acts";
import { FormDialog } from "./FormDialog";
import { useColleagues, useQueues, useTeams, type Colleague, type Queue, type Team } from "./people";
import { Pick, type Option } from "./Pick";
import { agentLine, queueLine } from "./standing";

const FALLBACK = "fallback";
const MOST_REASON = 120;

export function Transfer({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, acts, asker] = [useSay(), useActs(conversation), useAsker()];
  const formats = useFormats();
  const [teams, queues, colleagues] = [useTeams(), useQueues(), useColleagues()];
  const targets = targetsOf(conversation, teams.data ?? [], queues.data ?? [], colleagues.data ?? [], say, formats);
  const [chosen, choose] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [reason, setReason] = useState("");
  const target = targets.find((each) => each.id === chosen);
  const give = async (exceed: boolean) => {
    if (target === undefined) return false;
    const wish = { assignee_id: target.agent, team_id: target.team, exceed, note: note.trim(), reason: reason.trim() };
    await acts.assign(wish, say("actions.done.transferred", { name: target.text }));
    return true;
  };
  const instead = (problem: Problem) => {
    if (problem.code !== "capacity_exceeded" || target === undefined) return null;
    const team = targets.find((each) => each.team !== null && each.agent === null && each.team === target.team);
    return (
      <>
        {team && <Button onPress={() => choose(team.id)}>{say("actions.queue_instead", { name: team.text })}</Button>}
        {asker.supervisor && (
          <Button kind="danger" onPress={() => void give(true).then(onClose)}>
            {say("actions.exceed", { name: target.text })}
          </Button>
        )}
      </>
    );
  };
  return (
    <FormDialog title={say("actions.transfer.title")} send={say("actions.transfer.send")} onSend={() => give(false)} onClose={onClose} isReady={target !== undefined} instead={instead}>
      <AsyncBoundary query={teams}>
        {() => (
          <AsyncBoundary query={queues}>
            {() => (
              <AsyncBoundary query={colleagues}>
                {() => <Pick label={say("actions.transfer.whom")} options={targets} value={new Set(chosen === null ? [] : [chosen])} onChange={(ids) => choose([...ids][0] ?? null)} />}
              </AsyncBoundary>
            )}
          </AsyncBoundary>
        )}
      </AsyncBoundary>
      <TextArea label={say("actions.note")} hint={say("actions.note_hint")} value={note} onChange={setNote} rows={3} />
      <TextField label={say("actions.reason")} hint={say("actions.reason_hint")} value={reason} onChange={setReason} maxLength={MOST_REASON} />
    </FormDialog>
  );
}

interface Target extends Option {
  team: string | null;
  agent: string | null;
}

/** Teams first, as they need nobody in particular; then who is there and has room. */
function targetsOf({ team_id, assignee_id }: Conversation, teams: readonly Team[], queues: readonly Queue[], colleagues: readonly Colleague[], say: Say, formats: Formats): Target[] {
  const lineOf = (id: string) => {
    const queue = queues.find((each) => each.team_id === id);
    return queue === undefined ? "" : queueLine(queue, say, formats);
  };
  const here = (team: string | null) => (team === team_id && assignee_id === null ? say("actions.queue_now") : null);
  const teamOf = ({ team_ids }: Colleague) => (team_ids.includes(team_id ?? "") ? team_id : (team_ids[0] ?? null));
  return [
    ...teams.map((team) => ({ id: team.id, text: team.name, words: "team queue", more: lineOf(team.id), refused: here(team.id), team: team.id, agent: null })),
    { id: FALLBACK, text: say("actions.everybody"), words: "everybody fallback queue", more: lineOf(FALLBACK), refused: here(null), team: null, agent: null },
    ...colleagues
      .filter((each) => each.id !== assignee_id)
      .map((each) => ({ id: each.id, text: each.name, words: "agent", more: agentLine(each, say), team: teamOf(each), agent: each.id })),
  ];
}
