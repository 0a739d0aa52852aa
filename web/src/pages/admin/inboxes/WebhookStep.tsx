/** Where the provider is to post, and whether it has been there: shown as it happens. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { Panel } from "../../../ui/Page";
import { Copy } from "../parts/Copy";
import { Refusal } from "../parts/SaveBar";
import { setupOf, type Channel } from "./channelForm";
import { INBOXES } from "./queries";
import type { InboxRow } from "./signs";
import { snippetOf } from "./snippet";
import { Troubles } from "./Troubles";
import styles from "./inboxes.module.css";

export function WebhookStep({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const say = useSay();
  const setup = setupOf(channel);
  return (
    <>
      <Panel title={say(`inboxes.step.${setup}`)}>
        <p>{say(`inboxes.${setup}_text`)}</p>
        {setup === "site" ? <Snippet inbox={inbox} /> : <Copy label={say("inboxes.webhook_url")} value={inbox.webhook_url} />}
        {channel.capabilities.registers && <Register inbox={inbox} />}
        {setup !== "site" && <Arrived inbox={inbox} channel={channel} />}
      </Panel>
      {setup !== "site" && <Troubles channel={channel} inbox={inbox} />}
    </>
  );
}

function Snippet({ inbox }: { inbox: InboxRow }) {
  const say = useSay();
  return <Copy label={say("inboxes.snippet")} value={snippetOf(inbox, location.origin)} isBlock hint={say("inboxes.snippet_hint")} />;
}

/** Some providers are told the address by a call. */
function Register({ inbox }: { inbox: InboxRow }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const telling = useMutation({
    mutationFn: () => told(api.POST("/inboxes/{inbox_id}/register", { params: { path: { inbox_id: inbox.id } } })),
    onSettled: () => void cache.invalidateQueries({ queryKey: INBOXES }),
  });
  return (
    <div className={styles["register"]}>
      <Button icon="link" isPending={telling.isPending} onPress={() => telling.mutate()}>
        {say("inboxes.register")}
      </Button>
      <p role="status">
        {telling.data && (telling.data.ok ? say("inboxes.registered") : say("inboxes.not_registered", { detail: telling.data.detail }))}
      </p>
      <Refusal fault={telling.error} />
    </div>
  );
}

function Arrived({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const [say, formats] = [useSay(), useFormats()];
  const signs = inbox.signs;
  const [came, checked, refused] = [signs?.last_webhook_at, signs?.last_check_at, signs?.last_refused_webhook_at];
  const at = came ?? checked;
  const isRefused = refused && (!at || Date.parse(refused) > Date.parse(at));
  if (isRefused) return <Sign shade="bad" text={say("inboxes.was_refused", { time: formats.clock(refused) })} />;
  if (came) return <Sign shade="ok" text={say("inboxes.came", { time: formats.dateTime(came) })} />;
  if (checked) return <Sign shade="ok" text={say("inboxes.checked", { time: formats.dateTime(checked) })} />;
  return <Sign shade="wait" text={say(channel.account ? "inboxes.waiting_check" : "inboxes.waiting_call")} />;
}

/** One line of what is awaited or was seen: a sign and words. */
export function Sign({ shade, text }: { shade: "ok" | "bad" | "wait"; text: string }) {
  return (
    <p className={styles["sign"]} data-shade={shade} role="status">
      <Icon name={shade === "ok" ? "done" : shade === "bad" ? "error" : "refresh"} />
      <span>{text}</span>
    </p>
  );
}
