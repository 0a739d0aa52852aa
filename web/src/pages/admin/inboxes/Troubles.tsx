/** What can go wrong between a provider and us, with what to do: most likely first. */

import { useSay } from "../../../app/desk";
import type { TextId } from "../../../i18n/texts";
import type { Channel } from "./channelForm";
import { Fold } from "./Fields";
import type { InboxRow } from "./signs";

const META = new Set(["whatsapp", "messenger", "instagram"]);

/** The ones that concern this channel. */
export function troublesOf(channel: Pick<Channel, "name" | "capabilities" | "credentials">): TextId[] {
  const found: TextId[] = ["inboxes.trouble.signature", "inboxes.trouble.address"];
  if (channel.credentials.some((field) => field.name === "verify_token")) found.unshift("inboxes.trouble.verify");
  if (META.has(channel.name)) found.push("inboxes.trouble.fields");
  if (channel.name === "line") found.push("inboxes.trouble.use_webhook");
  if (channel.name === "wechat") found.push("inboxes.trouble.whitelist");
  if (channel.name === "email") found.push("inboxes.trouble.rule_set");
  if (channel.capabilities.window_seconds !== null) found.push("inboxes.trouble.window");
  found.push("inboxes.trouble.minute");
  return found;
}

export function Troubles({ channel, inbox }: { channel: Channel; inbox: InboxRow }) {
  const say = useSay();
  return (
    <Fold title={say("inboxes.troubles")}>
      <ul>
        {troublesOf(channel).map((id) => (
          <li key={id}>{say(id, { account: inbox.account_id })}</li>
        ))}
      </ul>
    </Fold>
  );
}
