/** Why a way may not be used now, and what would open it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { told } from "../../api/client";
import { channelName } from "../../app/channels";
import { useApi, useFormats, useSay } from "../../app/desk";
import { uuid7 } from "../../desk/ids";
import { withTexts } from "../../i18n/catalogues";
import { Button } from "../../ui/Button";
import { Skeleton } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import { legWords } from "./legWords";
import { reasonOf } from "./refusals";
import { legsKey, type LegChoice } from "./target";
import { useWork } from "./work";
import styles from "./Composer.module.css";

const Verify = lazy(() => withTexts(["customers"], import("../../contact/Verify")));

const ASKED_FOR = ["email", "sms", "whatsapp"] as const;

export function LegRefused({ choice, onTemplate }: { choice: LegChoice; onTemplate: () => void }) {
  const [say, formats] = [useSay(), useFormats()];
  const ways = new Set(choice.ways_out.map((way) => String(way["kind"])));
  return (
    <div className={styles["refused"]} role="status">
      <p>{choice.refusals.map((each) => legWords(each, choice.channel, say, formats)).join(" ")}</p>
      <div className={styles["ways"]}>
        {(ways.has("template") || choice.template_needed) && (
          <Button icon="text" onPress={onTemplate}>
            {say("composer.use_template")}
          </Button>
        )}
        {ways.has("consent") && <AskConsent channel={choice.channel} />}
      </div>
      {ways.has("verification") && <Prove choice={choice} />}
      {(ways.has("link") || ways.has("merge")) && <p>{say("composer.way_link")}</p>}
    </div>
  );
}

/** A code goes to the address; who tells it is the customer. */
function Prove({ choice }: { choice: LegChoice }) {
  const say = useSay();
  const queries = useQueryClient();
  const { conversation } = useWork();
  const [begun, begin] = useState(false);
  const end = () => {
    begin(false);
    void queries.invalidateQueries({ queryKey: legsKey(conversation.id) });
  };
  const way = choice.ways_out.find((each) => each["kind"] === "verification");
  return (
    <>
      <p>{say("composer.way_verify")}</p>
      {begun ? (
        <Suspense fallback={<Skeleton lines={2} />}>
          <Verify contactId={conversation.contact_id} kind={choice.channel === "email" ? "email" : "phone"} value={String(way?.["value"] ?? choice.address)} conversationId={conversation.id} onDone={end} />
        </Suspense>
      ) : (
        <Button icon="shield" onPress={() => begin(true)}>
          {say("composer.verify")}
        </Button>
      )}
    </>
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
