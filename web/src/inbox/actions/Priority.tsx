/** How much it presses. */

import { useState } from "react";
import { useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { RadioCards } from "../../ui/fields";
import { useActs } from "./acts";
import { FormDialog } from "./FormDialog";

export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;

export function Priority({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, acts] = [useSay(), useActs(conversation)];
  const [chosen, choose] = useState(conversation.priority);
  const send = async () => {
    if (chosen !== conversation.priority) await acts.prioritise(chosen);
  };
  return (
    <FormDialog title={say("actions.priority.title")} send={say("actions.priority.send")} onSend={send} onClose={onClose}>
      <RadioCards label={say("actions.priority.which")} choices={PRIORITIES.map((id) => ({ id, label: say(`actions.priority.${id}`) }))} value={chosen} onChange={choose} />
    </FormDialog>
  );
}
