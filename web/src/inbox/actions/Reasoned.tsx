/** What needs no more than a reason: back to the queue, taking over, handing back. */

import { useState } from "react";
import { told } from "../../api/client";
import { useApi, useMe, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import type { TextId } from "../../i18n/texts";
import { TextField } from "../../ui/fields";
import { useActs } from "./acts";
import { FormDialog } from "./FormDialog";

const MOST_REASON = 120;
export type Reasoning = "give_back" | "take_over" | "hand_back";

const TEXTS: Record<Reasoning, { title: TextId; hint: TextId; done: TextId; send: TextId }> = {
  give_back: { title: "actions.give_back.title", hint: "actions.give_back.hint", done: "actions.done.given_back", send: "actions.give_back.send" },
  take_over: { title: "actions.take_over.title", hint: "actions.take_over.hint", done: "actions.done.taken_over", send: "actions.take_over.send" },
  hand_back: { title: "actions.hand_back.title", hint: "actions.hand_back.hint", done: "actions.done.handed_back", send: "actions.hand_back.send" },
};

export function Reasoned({ conversation, act, onClose }: { conversation: Conversation; act: Reasoning; onClose: () => void }) {
  const [say, api, me, acts] = [useSay(), useApi(), useMe(), useActs(conversation)];
  const [reason, setReason] = useState("");
  const { title, hint, done, send } = TEXTS[act];
  const needed = act === "take_over";
  const params = { path: { conversation_id: conversation.id } };
  const body = { reason: reason.trim() };
  const ask = {
    give_back: () => told(api.POST("/conversations/{conversation_id}/return", { params, body })),
    take_over: () => told(api.POST("/conversations/{conversation_id}/take-over", { params, body })),
    hand_back: () => told(api.POST("/conversations/{conversation_id}/give-back", { params, body })),
  }[act];
  const owned = { assignee_id: conversation.assignee_id ?? me.id, team_id: conversation.team_id, exceed: false, note: "", reason: "" };
  // Out of the queue it is taken again; what was taken over is handed back.
  const undo = {
    give_back: () => told(api.POST("/conversations/{conversation_id}/assignment", { params, body: owned })),
    take_over: () => told(api.POST("/conversations/{conversation_id}/give-back", { params, body: { reason: "" } })),
    hand_back: undefined,
  }[act];
  const shownUndo = undo && (async () => acts.shown(await undo()));
  return (
    <FormDialog title={say(title)} send={say(send)} onSend={() => acts.change(ask, say(done), shownUndo)} onClose={onClose} isReady={!needed || body.reason !== ""}>
      <p>{say(hint)}</p>
      <TextField label={say(needed ? "actions.escalate.reason" : "actions.reason")} value={reason} onChange={setReason} maxLength={MOST_REASON} isRequired={needed} autoFocus />
    </FormDialog>
  );
}
