/** A customer who had left is back: for whose the conversation is, until they answer or for five minutes. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../api/client";
import type { Conversation } from "../../desk/conversation";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useApi, useFollow, useFormats, useMe, useNow, useSay } from "../desk";
import { awayFor, returnOf, shownReturn, type Return } from "./returning";
import styles from "./Notices.module.css";

const TEN_SECONDS = 10_000;

export function BackBanner({ conversation }: { conversation: Conversation }) {
  const [api, me, say, formats, now] = [useApi(), useMe(), useSay(), useFormats(), useNow(TEN_SECONDS)];
  const [live, setLive] = useState<Return | null>(null);
  const [closed, close] = useState<string | null>(null);
  const mine = conversation.assignee_id === me.id;
  // Told before the page was opened: in the notices.
  const { data: before } = useQuery({
    queryKey: ["me", "notices", "returned", conversation.id],
    queryFn: () => told(api.GET("/me/notifications", { params: { query: { limit: 50 } } })),
    enabled: mine,
    staleTime: Infinity,
    select: ({ items }) => returnOf(items, conversation.id),
  });
  useFollow({
    topics: mine ? [`conversation:${conversation.id}`] : [],
    changed: (_, happened) => {
      for (const { type, occurred_at, data } of happened) {
        const { conversation_id, idle_seconds, unread, topic } = data as Record<string, unknown>;
        if (type === "contact.returned" && conversation_id === conversation.id) setLive({ at: occurred_at, idle: Number(idle_seconds), unread: Number(unread ?? 0), topic: String(topic ?? "") });
      }
    },
  });
  const found = shownReturn(live ?? before ?? null, conversation, now);
  if (!mine || found === null || found.at === closed) return null;
  return (
    <div className={styles["back"]} role="status">
      <Icon name="refresh" size={16} />
      <strong>{say("notices.back", { name: conversation.contact_name || say("inbox.nobody"), time: formats.duration(awayFor(found.idle)) })}</strong>
      {found.unread > 0 && <span>{say("notices.back_unread", { n: found.unread })}</span>}
      {found.topic !== "" && <span dir="auto">{say("notices.back_topic", { topic: found.topic })}</span>}
      <IconButton icon="close" label={say("notices.back_close")} onPress={() => close(found.at)} />
    </div>
  );
}
