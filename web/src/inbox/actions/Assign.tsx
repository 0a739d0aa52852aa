/** Giving a conversation to somebody: oneself, a colleague with what room they have, nobody. */

import { useState } from "react";
import { Problem } from "../../api/problem";
import { useMe, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { Button } from "../../ui/Button";
import { TextArea } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { useActs, useAsker } from "./acts";
import { FormDialog } from "./FormDialog";
import { useColleagues, type Colleague } from "./people";
import { Pick, type Option } from "./Pick";
import { agentLine } from "./standing";

const NOBODY = "nobody";

export function Assign({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, me, acts, asker] = [useSay(), useMe(), useActs(conversation), useAsker()];
  const colleagues = useColleagues();
  const [chosen, choose] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const nameOf = (id: string) => (id === NOBODY ? say("actions.nobody") : (colleagues.data?.find((each) => each.id === id)?.name ?? id));
  const give = async (exceed: boolean) => {
    if (chosen === null) return false;
    const assignee_id = chosen === NOBODY ? null : chosen;
    const text = assignee_id === null ? say("actions.done.nobodys") : say("actions.done.assigned", { name: nameOf(chosen) });
    await acts.assign({ assignee_id, team_id: conversation.team_id, exceed, note: note.trim(), reason: "" }, text);
    return true;
  };
  const instead = (problem: Problem) =>
    problem.code === "capacity_exceeded" && asker.supervisor ? (
      <Button kind="danger" onPress={() => void give(true).then(onClose)}>
        {say("actions.exceed", { name: chosen === null ? "" : nameOf(chosen) })}
      </Button>
    ) : null;
  return (
    <FormDialog title={say("actions.assign.title")} send={say("actions.assign.send")} onSend={() => give(false)} onClose={onClose} isReady={chosen !== null} instead={instead}>
      <AsyncBoundary query={colleagues}>
        {(all) => (
          <Pick label={say("actions.assign.whom")} options={optionsOf(all, conversation, me.id, say)} value={new Set(chosen === null ? [] : [chosen])} onChange={(ids) => choose([...ids][0] ?? null)} />
        )}
      </AsyncBoundary>
      <TextArea label={say("actions.note")} hint={say("actions.note_hint")} value={note} onChange={setNote} rows={2} />
    </FormDialog>
  );
}

function optionsOf(all: Colleague[], { assignee_id }: Conversation, mine: string, say: ReturnType<typeof useSay>): Option[] {
  const people = all.map((each) => ({
    id: each.id,
    text: each.id === mine ? say("actions.me", { name: each.name }) : each.name,
    words: each.id === mine ? "me mine" : "",
    more: agentLine(each, say),
    refused: each.id === assignee_id ? say("actions.owner_now") : null,
  }));
  const first = people.filter((each) => each.id === mine);
  const nobody: Option = { id: NOBODY, text: say("actions.nobody"), words: "nobody unassign", more: say("actions.nobody_more"), refused: assignee_id === null ? say("actions.owner_now") : null };
  return [...first, nobody, ...people.filter((each) => each.id !== mine)];
}
