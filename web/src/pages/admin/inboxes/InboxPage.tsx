/** One inbox: its setup while it is under way; then its health, settings, secrets, templates, and what it carries. */

import { useSearch } from "wouter";
import { channelName } from "../../../app/channels";
import { atLeast, useMe, useSay } from "../../../app/desk";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Notice, Skeleton } from "../../../ui/states";
import { LinkButton } from "../parts/ListPage";
import { PageTabs } from "../parts/PageTabs";
import { Capabilities } from "./Capabilities";
import type { Channel } from "./channelForm";
import { Health } from "./Health";
import { Light } from "./Light";
import { useChannels, useInboxes } from "./queries";
import { Secrets } from "./Secrets";
import { SettingsTab } from "./SettingsTab";
import { Setup } from "./Setup";
import type { InboxRow } from "./signs";
import { isStep } from "./Steps";
import { TeamStep } from "./TeamStep";
import { Templates } from "./Templates";

/** While something is awaited, it is looked for often. */
const WAITING = 3_000;

export function InboxPage({ id, base }: { id: string; base: string }) {
  const say = useSay();
  const step = new URLSearchParams(useSearch()).get("setup");
  const [inboxes, channels] = [useInboxes(isStep(step) ? WAITING : undefined), useChannels()];
  const inbox = inboxes.data?.find((each) => each.id === id);
  return (
    <Page title={inbox?.name ?? say("area.inboxes")} wide aside={inbox && <Head inbox={inbox} isSetup={isStep(step)} base={base} />}>
      <AsyncBoundary query={inboxes} loading={<Skeleton lines={4} height={76} />}>
        {() => (
          <AsyncBoundary query={channels}>
            {(all) => {
              const channel = all.find((each) => each.name === inbox?.channel);
              if (!inbox || !channel) return <Notice icon="search" title={say("inboxes.gone")} />;
              return isStep(step) ? (
                <Setup inbox={inbox} channel={channel} step={step} base={base} />
              ) : (
                <Tabs inbox={inbox} channel={channel} />
              );
            }}
          </AsyncBoundary>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Head({ inbox, isSetup, base }: { inbox: InboxRow; isSetup: boolean; base: string }) {
  const say = useSay();
  return (
    <>
      <span>{channelName(inbox.channel, say)}</span>
      <Light inbox={inbox} />
      {!isSetup && (
        <LinkButton href={`${base}/${inbox.id}?setup=webhook`} icon="play">
          {say("inboxes.setup")}
        </LinkButton>
      )}
    </>
  );
}

function Tabs({ inbox, channel }: { inbox: InboxRow; channel: Channel }) {
  const [say, me] = [useSay(), useMe()];
  const isAdmin = atLeast(me.role, "admin");
  return (
    <PageTabs
      label={inbox.name}
      views={[
        { id: "health", title: say("inboxes.health"), show: () => <Health inbox={inbox} channel={channel} /> },
        ...(isAdmin
          ? [
              { id: "team", title: say("inboxes.step.team"), show: () => <TeamStep inbox={inbox} /> },
              { id: "settings", title: say("inboxes.settings"), show: () => <SettingsTab inbox={inbox} channel={channel} /> },
              { id: "secrets", title: say("inboxes.secrets"), show: () => <Secrets inbox={inbox} channel={channel} /> },
            ]
          : []),
        ...(channel.capabilities.templates
          ? [{ id: "templates", title: say("inboxes.templates"), show: () => <Templates inbox={inbox} /> }]
          : []),
        { id: "carries", title: say("inboxes.carries"), show: () => <Capabilities channel={channel} /> },
      ]}
    />
  );
}
