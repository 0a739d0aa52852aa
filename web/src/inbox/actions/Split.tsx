/** Making a conversation of its own of a channel's messages: all of them, or from one on. */

import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { told } from "../../api/client";
import { useApi, useFormats, useMe, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import type { Conversation, Message } from "../../desk/conversation";
import { RadioCards } from "../../ui/fields";
import { Checkbox } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { useGoing } from "../address";
import { useActs } from "./acts";
import { FormDialog } from "./FormDialog";
import { Pick } from "./Pick";

/** `from`: the message that it begins with, where somebody has chosen it in the thread. */
export function Split({ conversation, from, onClose }: { conversation: Conversation; from?: string | undefined; onClose: () => void }) {
  const [say, api, me, acts] = [useSay(), useApi(), useMe(), useActs(conversation)];
  const { show } = useGoing();
  const legs = conversation.legs;
  const [what, choose] = useState<"message" | "leg">(from !== undefined || legs.length < 2 ? "message" : "leg");
  const [message, setMessage] = useState<string | null>(from ?? null);
  const [leg, setLeg] = useState<string | null>(null);
  const [mine, setMine] = useState(true);
  const send = async () => {
    const body = { from_message_id: what === "message" ? message : null, leg_id: what === "leg" ? leg : null, assignee_id: mine ? me.id : null };
    const path = { conversation_id: conversation.id };
    const split = await told(api.POST("/conversations/{conversation_id}/split", { params: { path }, body }));
    const undo = async () => {
      const both = await told(api.POST("/conversations/{conversation_id}/merge", { params: { path }, body: { source_id: split.new.id, preview: false } }));
      acts.shown(both.conversation);
      acts.shown(both.source);
    };
    await acts.change(() => Promise.resolve(split.conversation), say("actions.done.split"), undo);
    show(split.new.id);
  };
  return (
    <FormDialog title={say("actions.split.title")} send={say("actions.split.send")} onSend={send} onClose={onClose} isReady={what === "message" ? message !== null : leg !== null}>
      <p>{say("actions.split.hint")}</p>
      {legs.length > 1 && (
        <RadioCards
          label={say("actions.split.what")}
          choices={[{ id: "message" as const, label: say("actions.split.message") }, { id: "leg" as const, label: say("actions.split.leg") }]}
          value={what}
          onChange={choose}
        />
      )}
      {what === "message" ? (
        <Messages conversation={conversation} chosen={message} choose={setMessage} />
      ) : (
        <Pick
          label={say("actions.split.which_leg")}
          options={legs.map(({ id, channel, address }) => ({ id, text: channelName(channel, say), more: address }))}
          value={new Set(leg === null ? [] : [leg])}
          onChange={(ids) => setLeg([...ids][0] ?? null)}
        />
      )}
      <Checkbox label={say("actions.split.mine")} isSelected={mine} onChange={setMine} />
    </FormDialog>
  );
}

const NEWEST = 100;

function Messages({ conversation, chosen, choose }: { conversation: Conversation; chosen: string | null; choose: (id: string | null) => void }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const thread = useQuery({
    queryKey: ["conversation", conversation.id, "split"],
    staleTime: 0,
    queryFn: () => told(api.GET("/conversations/{conversation_id}/messages", { params: { path: { conversation_id: conversation.id }, query: { limit: NEWEST } } })),
    select: ({ items }) => items.filter((entry): entry is Message => entry.type === "message"),
  });
  return (
    <AsyncBoundary query={thread}>
      {(messages) => (
        <Pick
          label={say("actions.split.which_message")}
          options={messages.map(({ id, text, occurred_at, author, leg_id }) => ({
            id,
            text: text || say("actions.split.no_text"),
            more: [author.name ?? conversation.contact_name, formats.dateTime(occurred_at), channelName(conversation.legs.find((leg) => leg.id === leg_id)?.channel ?? "", say)].filter((each) => each !== "").join(" · "),
          }))}
          value={new Set(chosen === null ? [] : [chosen])}
          onChange={(ids) => choose([...ids][0] ?? null)}
        />
      )}
    </AsyncBoundary>
  );
}
