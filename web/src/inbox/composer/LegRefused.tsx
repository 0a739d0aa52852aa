/** Why a way may not be used now, and what would open it. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../api/client";
import { channelName } from "../../app/channels";
import { useApi, useSay } from "../../app/desk";
import { uuid7 } from "../../desk/ids";
import { Button } from "../../ui/Button";
import { useTell } from "../../ui/Toasts";
import { reasonOf } from "./refusals";
import type { LegChoice } from "./target";
import { useWork } from "./work";
import styles from "./Composer.module.css";

const ASKED_FOR = ["email", "sms", "whatsapp"] as const;

export function LegRefused({ choice, onTemplate }: { choice: LegChoice; onTemplate: () => void }) {
  const say = useSay();
  const ways = new Set(choice.ways_out.map((way) => String(way["kind"])));
  return (
    <div className={styles["refused"]} role="status">
      <p>{choice.refusals.map(({ text }) => text).join(" ")}</p>
      <div className={styles["ways"]}>
        {(ways.has("template") || choice.template_needed) && (
          <Button icon="text" onPress={onTemplate}>
            {say("composer.use_template")}
          </Button>
        )}
        {ways.has("consent") && <AskConsent channel={choice.channel} />}
      </div>
      {ways.has("verification") && <p>{say("composer.way_verify")}</p>}
      {(ways.has("link") || ways.has("merge")) && <p>{say("composer.way_link")}</p>}
    </div>
  );
}

/** Asks the customer where the conversation is whether we may write elsewhere as well. */
export function AskConsent({ channel }: { channel: string }) {
  const [api, say, tell] = [useApi(), useSay(), useTell()];
  const { conversation } = useWork();
  // One question, however often the button is pressed.
  const [clientId] = useState(() => uuid7());
  const wanted = ASKED_FOR.find((each) => each === channel);
  const name = channelName(channel, say);
  const ask = useMutation({
    mutationFn: (where: (typeof ASKED_FOR)[number]) =>
      told(api.POST("/conversations/{conversation_id}/consent-requests", { params: { path: { conversation_id: conversation.id } }, body: { client_id: clientId, channel: where, leg_id: null, purpose: "service" } })),
    onSuccess: () => tell({ text: say("composer.consent_asked", { channel: name }), tone: "ok" }),
  });
  if (wanted === undefined) return null;
  return (
    <>
      <Button icon="text" isPending={ask.isPending} onPress={() => ask.mutate(wanted)}>
        {say("composer.ask_consent", { channel: name })}
      </Button>
      {ask.error !== null && <p role="alert">{reasonOf(ask.error, say)}</p>}
    </>
  );
}
