/** Proving that an address is the contact's: a code goes there, the customer says what it is. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { told, type Schemas } from "../api/client";
import { channelName } from "../app/channels";
import { useApi, useFormats, useSay } from "../app/desk";
import { Button } from "../ui/Button";
import { Select, TextField } from "../ui/fields";
import { useTell } from "../ui/Toasts";
import { useTouched } from "./queries";
import { Refusal } from "./Refusal";
import { ways } from "./verification";
import styles from "./contact.module.css";

type Verification = Schemas["VerificationView"];

interface Props {
  contactId: string;
  kind: "email" | "phone";
  value: string;
  conversationId: string;
  onDone: () => void;
}

export default function Verify(props: Props) {
  const [asked, setAsked] = useState<Verification | null>(null);
  return asked === null ? <Ask {...props} onAsked={setAsked} /> : <Check {...props} asked={asked} onAsked={setAsked} />;
}

function Ask({ contactId, kind, value, conversationId, onDone, onAsked }: Props & { onAsked: (asked: Verification) => void }) {
  const [say, api] = [useSay(), useApi()];
  const inboxes = useQuery({ queryKey: ["verify", "inboxes"], queryFn: () => told(api.GET("/inboxes")), staleTime: 60_000 });
  const found = ways(kind, inboxes.data?.items ?? []);
  const [chosen, setChosen] = useState("");
  const inbox = found.find((each) => each.id === chosen) ?? found[0];
  const [clientId] = useState(() => crypto.randomUUID());
  const send = useMutation({
    mutationFn: (inboxId: string) =>
      told(
        api.POST("/contacts/{contact_id}/verifications", {
          params: { path: { contact_id: contactId } },
          body: { kind, value, conversation_id: conversationId, client_id: `${clientId}-${inboxId}`, inbox_id: inboxId, leg_id: null },
        }),
      ),
    onSuccess: onAsked,
  });
  return (
    <div className={styles["form"]}>
      {inbox === undefined ? (
        <p className={styles["muted"]}>{say(inboxes.data ? "contact.no_way" : "state.loading")}</p>
      ) : (
        <Select
          label={say("contact.send_by")}
          choices={found.map((each) => ({ id: each.id, label: `${each.name} (${channelName(each.channel, say)})` }))}
          value={inbox.id}
          onChange={setChosen}
        />
      )}
      <Refusal fault={send.error ?? inboxes.error} />
      <div className={styles["actions"]}>
        {inbox && (
          <Button kind="primary" isPending={send.isPending} onPress={() => send.mutate(inbox.id)}>
            {say("contact.send_code", { value })}
          </Button>
        )}
        <Button onPress={onDone}>{say("contact.cancel")}</Button>
      </div>
    </div>
  );
}

const WATCHED_EVERY = 5_000;

function Check({ contactId, asked, onDone, onAsked, ...rest }: Props & { asked: Verification; onAsked: (asked: Verification | null) => void }) {
  const [say, api, formats, tell, touched] = [useSay(), useApi(), useFormats(), useTell(), useTouched()];
  const [code, setCode] = useState("");
  const path = { contact_id: contactId, verification_id: asked.id };
  // The customer may answer with the code instead of telling it.
  const now = useQuery({
    queryKey: ["verification", asked.id],
    queryFn: () => told(api.GET("/contacts/{contact_id}/verifications/{verification_id}", { params: { path } })),
    initialData: asked,
    refetchInterval: ({ state }) => (state.data?.state === "waiting" ? WATCHED_EVERY : false),
  });
  const check = useMutation({
    mutationFn: () => told(api.POST("/contacts/{contact_id}/verifications/{verification_id}/check", { params: { path }, body: { code } })),
    onSettled: () => void now.refetch(),
  });
  const verified = now.data.state === "verified";
  useEffect(() => {
    if (!verified) return;
    tell({ text: say("contact.is_verified", { value: rest.value }), tone: "ok" });
    void touched(contactId);
    onDone();
    // Once, when it comes to that.
  }, [verified]);
  const over = now.data.state !== "waiting";
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (/^\d{6}$/.test(code)) check.mutate();
      }}
    >
      <TextField
        label={say("contact.code")}
        value={code}
        onChange={(text) => setCode(text.replaceAll(/\D/g, "").slice(0, 6))}
        inputMode="numeric"
        autoComplete="one-time-code"
        isDisabled={over}
        hint={over ? say("contact.code_over") : say("contact.code_hint", { n: now.data.tries_left, time: formats.time(now.data.expires_at) })}
      />
      <Refusal fault={check.error} />
      <div className={styles["actions"]}>
        {over ? (
          <Button kind="primary" onPress={() => onAsked(null)}>
            {say("contact.send_anew")}
          </Button>
        ) : (
          <Button kind="primary" type="submit" isDisabled={code.length < 6} isPending={check.isPending}>
            {say("contact.check")}
          </Button>
        )}
        <Button onPress={onDone}>{say("contact.cancel")}</Button>
      </div>
    </form>
  );
}
