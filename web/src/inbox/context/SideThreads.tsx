/** Asking somebody else about a conversation, behind the scenes: colleagues, outside mailboxes, Slack channels. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { useNameOf } from "../../contact/names";
import { Section } from "../../contact/Section";
import { IconButton } from "../../ui/Button";
import { AsyncBoundary } from "../../ui/states";
import styles from "../../contact/contact.module.css";
import own from "./Context.module.css";
import { partKey } from "./live";
import { NewSideThread } from "./NewSideThread";
import { SideThread } from "./SideThread";

type Thread = Schemas["SideThreadView"];

export function SideThreads({ conversationId }: { conversationId: string }) {
  const [say, api] = [useSay(), useApi()];
  const [open, setOpen] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const threads = useQuery({
    queryKey: partKey("side-threads", conversationId),
    queryFn: () => told(api.GET("/conversations/{conversation_id}/side-threads", { params: { path: { conversation_id: conversationId } } })),
  });
  const shown = threads.data?.items.find((thread) => thread.id === open);
  if (shown) return <SideThread key={shown.id} thread={shown} conversationId={conversationId} onBack={() => setOpen(null)} />;
  return (
    <Section
      title={say("context.side")}
      aside={!adding && <IconButton icon="plus" label={say("context.new_side")} onPress={() => setAdding(true)} />}
    >
      <p className={styles["meta"]}>{say("context.side_hidden")}</p>
      {adding && (
        <NewSideThread
          conversationId={conversationId}
          onDone={(made) => {
            setAdding(false);
            if (made) setOpen(made);
          }}
        />
      )}
      <AsyncBoundary query={threads} isEmpty={({ items }) => items.length === 0} empty={!adding && <p className={styles["none"]}>{say("context.no_side")}</p>}>
        {({ items }) => (
          <ul className={styles["stack"]}>
            {items.map((thread) => (
              <Row key={thread.id} thread={thread} onOpen={() => setOpen(thread.id)} />
            ))}
          </ul>
        )}
      </AsyncBoundary>
    </Section>
  );
}

function Row({ thread, onOpen }: { thread: Thread; onOpen: () => void }) {
  const [say, formats, nameOf] = [useSay(), useFormats(), useNameOf()];
  return (
    <li>
      <AriaButton className={own["open"] ?? ""} onPress={onOpen}>
        <strong dir="auto">{thread.subject}</strong>
        <span className={styles["meta"]}>
          {[
            say(`context.side.${thread.kind}`),
            whoOf(thread, nameOf),
            thread.state === "closed" ? say("context.side_closed") : "",
            thread.unread > 0 ? say("context.unread", { n: thread.unread }) : "",
            formats.dateTime(thread.last_at),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <span dir="auto">{thread.preview}</span>
      </AriaButton>
    </li>
  );
}

/** Whom it asks. */
export function whoOf({ with: whom }: Thread, nameOf: (id: string) => string): string {
  return [...whom.agent_ids.map(nameOf), ...whom.team_ids.map(nameOf), ...whom.to, ...whom.cc, ...(whom.channel_id ? [whom.channel_id] : [])].join(", ");
}
