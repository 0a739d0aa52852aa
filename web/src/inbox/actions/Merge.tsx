/** Taking another conversation of the same customer into this one: what would come out is shown first. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { conversationKey, type Conversation } from "../../desk/conversation";
import { Failure, AsyncBoundary, Notice, Skeleton } from "../../ui/states";
import { useActs } from "./acts";
import { FormDialog } from "./FormDialog";
import { Pick, type Option } from "./Pick";
import styles from "./actions.module.css";

export function Merge({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, api, acts, queries] = [useSay(), useApi(), useActs(conversation), useQueryClient()];
  const others = useOthers(conversation);
  const [chosen, choose] = useState<string | null>(null);
  const path = { conversation_id: conversation.id };
  const preview = useQuery({
    queryKey: ["conversation", conversation.id, "merge", chosen],
    enabled: chosen !== null,
    staleTime: 0,
    retry: false,
    queryFn: () => told(api.POST("/conversations/{conversation_id}/merge", { params: { path }, body: { source_id: chosen ?? "", preview: true } })),
  });
  const send = async () => {
    if (chosen === null) return false;
    const ask = async () => {
      const merged = await told(api.POST("/conversations/{conversation_id}/merge", { params: { path }, body: { source_id: chosen, preview: false } }));
      queries.setQueryData(conversationKey(chosen), merged.source);
      return merged.conversation;
    };
    const undo = async () => {
      const both = await told(api.POST("/conversations/{conversation_id}/unmerge", { params: { path }, body: { source_id: chosen } }));
      acts.shown(both.conversation);
      acts.shown(both.source);
    };
    await acts.change(ask, say("actions.done.merged"), undo);
    return true;
  };
  return (
    <FormDialog title={say("actions.merge.title")} send={say("actions.merge.send")} onSend={send} onClose={onClose} isReady={preview.data !== undefined && !preview.isFetching}>
      <p>{say("actions.merge.hint")}</p>
      <AsyncBoundary query={others} isEmpty={(all) => all.length === 0} empty={<Notice icon="info" title={say("actions.merge.none")} />}>
        {(all) => <Pick label={say("actions.merge.which")} options={all} value={new Set(chosen === null ? [] : [chosen])} onChange={(ids) => choose([...ids][0] ?? null)} />}
      </AsyncBoundary>
      {chosen !== null && preview.error !== null && <Failure fault={preview.error} />}
      {chosen !== null && preview.error === null && (preview.data ? <Preview before={conversation} after={preview.data.conversation} /> : <Skeleton lines={2} />)}
    </FormDialog>
  );
}

function Preview({ before, after }: { before: Conversation; after: Conversation }) {
  const [say, formats] = [useSay(), useFormats()];
  const channels = (of: Conversation) => [...new Set(of.legs.map((leg) => channelName(leg.channel, say)))].join(", ");
  const rows = [
    [say("actions.merge.channels"), channels(before), channels(after)],
    [say("actions.merge.unread"), formats.number(before.unread), formats.number(after.unread)],
    [say("actions.merge.priority"), say(`actions.priority.${before.priority}`), say(`actions.priority.${after.priority}`)],
    [say("actions.merge.labels"), before.labels.join(", ") || "–", after.labels.join(", ") || "–"],
    [say("actions.merge.waiting"), before.waiting_since ? formats.dateTime(before.waiting_since) : "–", after.waiting_since ? formats.dateTime(after.waiting_since) : "–"],
  ];
  return (
    <table className={styles["preview"]}>
      <caption>{say("actions.merge.preview")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("actions.merge.what")}</th>
          <th scope="col">{say("actions.merge.now")}</th>
          <th scope="col">{say("actions.merge.then")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, now, then]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{now}</td>
            <td>{now === then ? then : <strong>{then}</strong>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The customer's other conversations, by their timeline, those of linked contacts too. */
function useOthers(conversation: Conversation) {
  const [api, say, formats] = [useApi(), useSay(), useFormats()];
  return useQuery({
    queryKey: ["contact", conversation.contact_id, "conversations"],
    queryFn: () => told(api.GET("/contacts/{contact_id}/timeline", { params: { path: { contact_id: conversation.contact_id }, query: { kind: "conversation", limit: 50 } } })),
    select: ({ items }): Option[] =>
      items.flatMap(({ title, channel, occurred_at, data: told }) => {
        const data = told as Record<string, unknown>;
        const id = data["conversation_id"];
        if (typeof id !== "string" || id === conversation.id || data["merged_into"]) return [];
        const status = say(`actions.status.${data["status"] === "resolved" ? "resolved" : data["status"] === "snoozed" ? "snoozed" : data["status"] === "pending" ? "pending" : "open"}`);
        return [{ id, text: title || channelName(channel, say), words: channel, more: [channelName(channel, say), formats.dateTime(occurred_at), status].join(" · ") }];
      }),
  });
}
