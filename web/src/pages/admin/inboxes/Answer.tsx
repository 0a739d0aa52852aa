/** An answer to the customer of a test: how far it has come, step by step, as the channel tells it. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { TextField } from "../../../ui/fields";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import { MARKS, reached, type Mark } from "./marks";
import { Sign } from "./WebhookStep";
import styles from "./inboxes.module.css";

const AGAIN = 1_500;

export function Answer({ conversationId, reportsDelivery }: { conversationId: string; reportsDelivery: boolean }) {
  const [say, api] = [useSay(), useApi()];
  const [text, setText] = useState(say("inboxes.test_text"));
  const [clientId] = useState(() => crypto.randomUUID());
  const path = { conversation_id: conversationId };
  const sending = useMutation({
    mutationFn: () =>
      told(api.POST("/conversations/{conversation_id}/messages", { params: { path }, body: { client_id: clientId, text } })),
  });
  const sent = useQuery({
    queryKey: ["conversations", conversationId, "test", sending.data?.id],
    enabled: sending.data !== undefined,
    queryFn: async () => {
      const thread = await told(api.GET("/conversations/{conversation_id}/messages", { params: { path, query: { limit: 20 } } }));
      return thread.items.find((item) => item.id === sending.data?.id) ?? null;
    },
    refetchInterval: (query) => (isOver(stateOf(query.state.data)) ? false : AGAIN),
  });
  const state = stateOf(sent.data) ?? sending.data?.state ?? null;
  const failure = sent.data && "failure" in sent.data ? sent.data.failure : null;
  return (
    <form
      className={form["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate();
      }}
    >
      <TextField label={say("inboxes.answer")} value={text} onChange={setText} maxLength={1000} isDisabled={sending.isSuccess} />
      {state && state !== "failed" && (
        <ol className={styles["marks"]} aria-live="polite">
          {MARKS.filter((mark) => reportsDelivery || mark !== "delivered").map((mark) => (
            <li key={mark} data-done={reached(state, mark)}>
              <Icon name={reached(state, mark) ? "check" : "clock"} size={16} />
              <span>{say(`inboxes.mark.${mark}`)}</span>
            </li>
          ))}
        </ol>
      )}
      {failure && <Sign shade="bad" text={say("inboxes.rejected", { detail: failure.detail })} />}
      <Refusal fault={sending.error} />
      {!sending.isSuccess && (
        <div className={form["actions"]}>
          <Button type="submit" isPending={sending.isPending} isDisabled={text.trim() === ""}>
            {say("inboxes.answer_now")}
          </Button>
        </div>
      )}
    </form>
  );
}

function stateOf(item: object | null | undefined): Mark | "failed" | null {
  const state = item && "state" in item ? item.state : null;
  return typeof state === "string" ? (state as Mark) : null;
}

const isOver = (state: string | null): boolean => state === "delivered" || state === "read" || state === "failed";
