/** What follows once an inbox is made: its address at the provider, a test in both directions, who answers. */

import { useEffect } from "react";
import { useLocation } from "wouter";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import form from "../parts/parts.module.css";
import type { Channel } from "./channelForm";
import { fresh } from "./fresh";
import { Once } from "../parts/OnceDialog";
import { Panel } from "../../../ui/Page";
import { secretOf } from "./setupWords";
import type { InboxRow } from "./signs";
import { Steps, stepAfter, type Step } from "./Steps";
import { TeamStep } from "./TeamStep";
import { TestStep } from "./TestStep";
import { WebhookStep } from "./WebhookStep";

interface Props {
  inbox: InboxRow;
  channel: Channel;
  step: Step;
  base: string;
}

export function Setup({ inbox, channel, step, base }: Props) {
  const say = useSay();
  const [, go] = useLocation();
  const next = stepAfter(step);
  useEffect(() => () => void fresh.forget(inbox.id), [inbox.id]);
  const forward = () => go(next === null ? `${base}/${inbox.id}` : `${base}/${inbox.id}?setup=${next}`);
  return (
    <div className={form["form"]}>
      <Steps here={step} inbox={inbox} channel={channel} />
      {step === "webhook" && (
        <>
          <Made inbox={inbox} channel={channel} />
          <WebhookStep inbox={inbox} channel={channel} />
        </>
      )}
      {step === "test" && <TestStep inbox={inbox} channel={channel} />}
      {step === "team" && <TeamStep inbox={inbox} onSaved={() => go(`${base}/${inbox.id}`)} />}
      {step !== "team" && (
        <div className={form["actions"]}>
          <Button onPress={() => go(`${base}/${inbox.id}`)}>{say("inboxes.finish_later")}</Button>
          <Button kind="primary" onPress={forward}>
            {say("inboxes.continue")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The secrets that were made with the inbox: here, and never again. */
function Made({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const say = useSay();
  const made = Object.entries(fresh.of(inbox.id));
  if (made.length === 0) return null;
  return (
    <Panel title={say("inboxes.made_secrets")}>
      <Once secrets={made.map(([name, value]) => ({ label: secretOf(channel, name, say), value }))} />
    </Panel>
  );
}
