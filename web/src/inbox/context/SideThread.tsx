/** One side thread: what was asked and answered, writing in it, taking answers over into the reply or a note. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { EditForm } from "../../contact/FieldEdit";
import { useNameOf } from "../../contact/names";
import { Refusal } from "../../contact/Refusal";
import { saveFrom } from "../../contact/Jobs";
import { saySo } from "../../desk/bus";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { TextArea } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import styles from "../../contact/contact.module.css";
import own from "./Context.module.css";
import { partKey } from "./live";
import { inNumber } from "./side";
import { whoOf } from "./SideThreads";

type Thread = Schemas["SideThreadView"];
type Message = Schemas["SideMessageView"];
const PAGE = 50;

interface Props {
  thread: Thread;
  conversationId: string;
  onBack: () => void;
}

export function SideThread({ thread, conversationId, onBack }: Props) {
  const [say, api, cache, nameOf] = [useSay(), useApi(), useQueryClient(), useNameOf()];
  const path = { conversation_id: conversationId, thread_id: thread.id };
  const key = [...partKey("side-threads", conversationId), thread.id];
  const messages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      told(
        api.GET("/conversations/{conversation_id}/side-threads/{thread_id}", {
          params: { path, query: { limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const anew = () => void cache.invalidateQueries({ queryKey: partKey("side-threads", conversationId) });
  const state = useMutation({
    mutationFn: () =>
      told(
        thread.state === "open"
          ? api.POST("/conversations/{conversation_id}/side-threads/{thread_id}/close", { params: { path } })
          : api.POST("/conversations/{conversation_id}/side-threads/{thread_id}/reopen", { params: { path } }),
      ),
    onSettled: anew,
  });
  useSeen(thread, conversationId, anew);
  return (
    <section className={styles["stack"]} aria-label={thread.subject}>
      <div className={styles["actions"]}>
        <Button kind="quiet" onPress={onBack}>
          {say("context.side_back")}
        </Button>
        <Button kind="quiet" isPending={state.isPending} onPress={() => state.mutate()}>
          {say(thread.state === "open" ? "context.side_close" : "context.side_reopen")}
        </Button>
      </div>
      <div>
        <strong dir="auto">{thread.subject}</strong>
        <div className={styles["meta"]}>{[say(`context.side.${thread.kind}`), whoOf(thread, nameOf)].filter(Boolean).join(" · ")}</div>
      </div>
      <Refusal fault={state.error} />
      <AsyncBoundary query={messages}>
        {({ pages }) => (
          <ol className={styles["stack"]} aria-label={thread.subject}>
            {inNumber(pages).map((message) => (
              <Said key={message.id} message={message} path={path} onChanged={anew} />
            ))}
          </ol>
        )}
      </AsyncBoundary>
      {messages.hasNextPage && (
        <Button kind="quiet" isPending={messages.isFetchingNextPage} onPress={() => void messages.fetchNextPage()}>
          {say("contact.more")}
        </Button>
      )}
      <Write path={path} onSaid={anew} onBack={onBack} />
    </section>
  );
}

/** Whoever looks at it has read it. */
function useSeen(thread: Thread, conversationId: string, done: () => void): void {
  const api = useApi();
  useEffect(() => {
    if (thread.unread === 0) return;
    const path = { conversation_id: conversationId, thread_id: thread.id };
    // Where it fails it stays unread, and is tried with the next look.
    void told(api.POST("/conversations/{conversation_id}/side-threads/{thread_id}/seen", { params: { path }, body: { message_id: null } })).then(done, () => undefined);
    // Once for each number of them.
  }, [thread.id, thread.unread]);
}

interface Place {
  conversation_id: string;
  thread_id: string;
}

function Said({ message, path, onChanged }: { message: Message; path: Place; onChanged: () => void }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const retry = useMutation({
    mutationFn: () =>
      told(
        api.POST("/conversations/{conversation_id}/side-threads/{thread_id}/messages/{side_message_id}/retry", {
          params: { path: { ...path, side_message_id: message.id } },
        }),
      ),
    onSettled: onChanged,
  });
  const open = useMutation({
    mutationFn: (index: number) =>
      told(
        api.GET("/conversations/{conversation_id}/side-threads/{thread_id}/messages/{side_message_id}/attachments/{index}", {
          params: { path: { ...path, side_message_id: message.id, index } },
        }),
      ),
    onSuccess: ({ url }) => saveFrom(url),
  });
  const failed = message.state === "failed" || message.state === "uncertain";
  return (
    <li className={own["said"]} data-ours={!message.came}>
      <span className={styles["meta"]}>
        {[
          message.author.name ?? "",
          formats.dateTime(message.at),
          message.automatic ? say("context.side_automatic") : "",
          message.came && message.origin !== "asked" ? say(`context.origin.${message.origin}`) : "",
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
      <span className={own["text"]} dir="auto">
        {message.text}
      </span>
      {message.attachments.map((file) => (
        <Button key={file.index} kind="quiet" icon="download" isDisabled={file.state !== "stored"} onPress={() => open.mutate(file.index)}>
          {file.name ?? file.mime}
        </Button>
      ))}
      {failed && (
        <span className={`${styles["mark"]} ${styles["bad"]}`}>
          <Icon name="error" size={16} />
          {message.reason ?? say("context.side_not_sent")}
        </span>
      )}
      <Refusal fault={retry.error ?? open.error} />
      <div className={styles["actions"]}>
        <Quote message={message} path={path} />
        {failed && (
          <Button kind="quiet" isPending={retry.isPending} onPress={() => retry.mutate()}>
            {say("state.retry")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** The desk makes the quotation; it is put into the composer, where the agent decides. Files become uploads of theirs. */
function Quote({ message, path }: { message: Message; path: Place }) {
  const [say, api, tell] = [useSay(), useApi(), useTell()];
  const quote = useMutation({
    mutationFn: async (mode: "reply" | "note") => ({
      mode,
      made: await told(
        api.POST("/conversations/{conversation_id}/side-threads/{thread_id}/quote", { params: { path }, body: { message_ids: [message.id] } }),
      ),
    }),
    onSuccess: ({ mode, made }) => {
      saySo("compose", { conversationId: path.conversation_id, mode, text: `\n${made.text}\n`, focus: true });
      if (made.attachments.length > 0) tell({ text: say("context.quoted_files", { n: made.attachments.length }), tone: "info" });
    },
  });
  return (
    <>
      <Button kind="quiet" isPending={quote.isPending} onPress={() => quote.mutate("reply")}>
        {say("context.quote_reply")}
      </Button>
      <Button kind="quiet" isPending={quote.isPending} onPress={() => quote.mutate("note")}>
        {say("context.quote_note")}
      </Button>
      <Refusal fault={quote.error} />
    </>
  );
}

function Write({ path, onSaid, onBack }: { path: Place; onSaid: () => void; onBack: () => void }) {
  const [say, api] = [useSay(), useApi()];
  const [text, setText] = useState("");
  const [clientId, setClientId] = useState(() => crypto.randomUUID());
  const send = useMutation({
    mutationFn: () =>
      told(
        api.POST("/conversations/{conversation_id}/side-threads/{thread_id}/messages", {
          params: { path },
          body: { client_id: clientId, text: text.trim(), attachments: [] },
        }),
      ),
    onSuccess: () => {
      setText("");
      setClientId(crypto.randomUUID());
      onSaid();
    },
  });
  return (
    <EditForm fault={send.error} saving={send.isPending} onDone={onBack} onSave={() => text.trim() && send.mutate()} save={say("context.side_send")}>
      <TextArea label={say("context.side_write")} hint={say("context.side_hidden")} value={text} onChange={setText} maxLength={10_000} rows={3} />
    </EditForm>
  );
}
