/** What the customer was told: how long they will wait, and what colleagues said they would do. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { EditForm } from "../../contact/FieldEdit";
import { useNameOf } from "../../contact/names";
import { Refusal } from "../../contact/Refusal";
import { Section } from "../../contact/Section";
import { Button, IconButton } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { Icon, type IconName } from "../../ui/Icon";
import { TextArea } from "../../ui/inputs";
import { AsyncBoundary } from "../../ui/states";
import { fieldFrom, momentFrom, presetTime } from "../actions/times";
import styles from "../../contact/contact.module.css";
import { partKey } from "./live";

type Promised = Schemas["PromiseView"];
const GLYPHS: Record<Promised["state"], IconName> = { open: "clock", kept: "check", broken: "warning", cancelled: "close" };
const TONES: Record<Promised["state"], string> = { open: "muted", kept: "ok", broken: "bad", cancelled: "muted" };

export function Promises({ conversationId }: { conversationId: string }) {
  const [say, api] = [useSay(), useApi()];
  const [adding, setAdding] = useState(false);
  const promises = useQuery({
    queryKey: partKey("promises", conversationId),
    queryFn: () => told(api.GET("/conversations/{conversation_id}/promises", { params: { path: { conversation_id: conversationId } } })),
  });
  return (
    <Section
      title={say("context.promises")}
      aside={!adding && <IconButton icon="plus" label={say("context.new_promise")} onPress={() => setAdding(true)} />}
    >
      {adding && <NewPromise conversationId={conversationId} onDone={() => setAdding(false)} />}
      <AsyncBoundary query={promises} isEmpty={({ items }) => items.length === 0} empty={!adding && <p className={styles["none"]}>{say("context.no_promises")}</p>}>
        {({ items }) => (
          <ul className={styles["items"]}>
            {items.map((one) => (
              <One key={one.id} one={one} conversationId={conversationId} />
            ))}
          </ul>
        )}
      </AsyncBoundary>
    </Section>
  );
}

function One({ one, conversationId }: { one: Promised; conversationId: string }) {
  const [say, api, formats, nameOf, cache] = [useSay(), useApi(), useFormats(), useNameOf(), useQueryClient()];
  const path = { conversation_id: conversationId, promise_id: one.id };
  const settle = useMutation({
    mutationFn: (how: "keep" | "cancel") =>
      told(
        how === "keep"
          ? api.POST("/conversations/{conversation_id}/promises/{promise_id}/keep", { params: { path } })
          : api.POST("/conversations/{conversation_id}/promises/{promise_id}/cancel", { params: { path } }),
      ),
    onSettled: () => void cache.invalidateQueries({ queryKey: partKey("promises", conversationId) }),
  });
  const mine = one.kind === "agent";
  return (
    <li>
      <div dir="auto">{one.text || say(one.position === null ? "context.told_wait" : "context.told_place", { n: one.position ?? 0 })}</div>
      <div className={styles["row"]}>
        <span className={`${styles["mark"]} ${styles[TONES[one.state]]}`}>
          <Icon name={GLYPHS[one.state]} size={16} />
          {say(`context.promise.${one.state}`)}
        </span>
        <span className={styles["meta"]}>{[nameOf(one.made_by_id), say("context.due", { time: formats.dateTime(one.due_at) })].filter(Boolean).join(" · ")}</span>
      </div>
      {mine && (one.state === "open" || one.state === "broken") && (
        <div className={styles["actions"]}>
          <Button kind="quiet" isPending={settle.isPending} onPress={() => settle.mutate("keep")}>
            {say("context.keep_promise")}
          </Button>
          {one.state === "open" && (
            <Button kind="quiet" isPending={settle.isPending} onPress={() => settle.mutate("cancel")}>
              {say("context.take_back")}
            </Button>
          )}
        </div>
      )}
      <Refusal fault={settle.error} />
    </li>
  );
}

function NewPromise({ conversationId, onDone }: { conversationId: string; onDone: () => void }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [text, setText] = useState("");
  const [due, setDue] = useState(() => fieldFrom(presetTime("tomorrow", new Date())));
  const moment = momentFrom(due, new Date());
  const add = useMutation({
    mutationFn: (at: Date) =>
      told(
        api.POST("/conversations/{conversation_id}/promises", {
          params: { path: { conversation_id: conversationId } },
          body: { text: text.trim(), due_at: at.toISOString() },
        }),
      ),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: partKey("promises", conversationId) });
      onDone();
    },
  });
  return (
    <EditForm fault={add.error} saving={add.isPending} onDone={onDone} onSave={() => text.trim() && moment instanceof Date && add.mutate(moment)}>
      <TextArea label={say("context.promise_text")} value={text} onChange={setText} maxLength={500} rows={2} autoFocus />
      <TextField
        label={say("context.due_at")}
        type="datetime-local"
        value={due}
        onChange={setDue}
        error={moment instanceof Date ? undefined : say("context.not_future")}
      />
    </EditForm>
  );
}
