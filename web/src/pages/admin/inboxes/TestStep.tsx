/** A test in both directions: what is sent straight to the provider, and what a customer writes. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Panel } from "../../../ui/Page";
import { TextField } from "../../../ui/fields";
import { errorOf } from "../parts/faults";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import { Answer } from "./Answer";
import { setupOf, type Channel } from "./channelForm";
import type { InboxRow } from "./signs";
import { Troubles } from "./Troubles";
import { useArrival } from "./useArrival";
import { Sign } from "./WebhookStep";
import styles from "./inboxes.module.css";

export function TestStep({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const say = useSay();
  const talks = channel.capabilities.kinds_out.includes("text");
  return (
    <>
      <Panel title={say("inboxes.receive")}>
        <Receive inbox={inbox} channel={channel} />
      </Panel>
      {talks && setupOf(channel) !== "site" && (
        <Panel title={say("inboxes.send")}>
          <SendTest inbox={inbox} channel={channel} />
        </Panel>
      )}
      <Troubles channel={channel} inbox={inbox} />
    </>
  );
}

function Receive({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const say = useSay();
  const found = useArrival(inbox.id);
  if (found === null) {
    return (
      <>
        <p>{say(setupOf(channel) === "site" ? "inboxes.write_site" : "inboxes.write_now", { account: inbox.account_id })}</p>
        <Sign shade="wait" text={say("inboxes.waiting_message")} />
      </>
    );
  }
  return (
    <>
      <Sign shade="ok" text={say("inboxes.received", { name: found.contact_name, text: found.last_message?.preview ?? "" })} />
      <p>
        <Link href={`/inbox/all?c=${found.id}`}>{say("inboxes.open_conversation")}</Link>
      </p>
      {channel.capabilities.kinds_out.includes("text") && (
        <Answer conversationId={found.id} reportsDelivery={channel.capabilities.delivered} />
      )}
    </>
  );
}

function SendTest({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const [say, api] = [useSay(), useApi()];
  const [to, setTo] = useState("");
  const [text, setText] = useState(say("inboxes.test_text"));
  const sending = useMutation({
    mutationFn: () =>
      told(api.POST("/inboxes/{inbox_id}/test-message", { params: { path: { inbox_id: inbox.id } }, body: { to: to.trim(), text } })),
  });
  const answer = sending.data;
  return (
    <form
      className={form["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate();
      }}
    >
      <p>{say("inboxes.send_text")}</p>
      {channel.capabilities.window_seconds !== null && <p className={styles["note"]}>{say("inboxes.send_window")}</p>}
      <div className={form["fields"]}>
        <TextField
          label={say("inboxes.to")}
          hint={say("inboxes.to_hint")}
          value={to}
          onChange={setTo}
          isRequired
          error={errorOf(sending.error, "to")}
          name="to"
        />
        <TextField
          label={say("inboxes.text")}
          value={text}
          onChange={setText}
          maxLength={1000}
          isRequired
          error={errorOf(sending.error, "text")}
          name="text"
        />
      </div>
      {answer && (
        <Sign
          shade={answer.accepted ? "ok" : "bad"}
          text={
            answer.accepted
              ? say("inboxes.accepted", { id: answer.external_id ?? "–" })
              : say("inboxes.rejected", { detail: answer.detail ?? "–" })
          }
        />
      )}
      <Refusal fault={sending.error} />
      <div className={form["actions"]}>
        <Button type="submit" icon="mail" isPending={sending.isPending} isDisabled={to.trim() === "" || text.trim() === ""}>
          {say("inboxes.send_now")}
        </Button>
      </div>
    </form>
  );
}
