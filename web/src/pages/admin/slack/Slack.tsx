/** The Slack app: which workspace it is in, which channels hear of what, and whether it works. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { TextField } from "../../../ui/fields";
import { CheckboxGroup, Switch } from "../../../ui/inputs";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { Sign } from "../inboxes/WebhookStep";
import { Fold } from "../inboxes/Fields";
import { useTeams } from "../inboxes/queries";
import { Duration } from "../kit/Duration";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { Copy } from "../parts/Copy";
import { errorOf } from "../parts/faults";
import { Fields, ItemForm } from "../parts/ItemForm";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import { useItem } from "../parts/useItem";

type App = Schemas["SlackAppView"];
type Draft = Pick<App, "api_base" | "channels" | "default_channel" | "link" | "mirror" | "posts" | "wait_seconds"> & {
  bot_token: string;
  signing_secret: string;
};
const SLACK = ["slack-app"];
const POSTS: readonly App["posts"][number][] = ["assigned", "mention", "waiting", "sla_warned", "sla_breached"];

const draftOf = ({ api_base, channels, default_channel, link, mirror, posts, wait_seconds }: App): Draft => ({
  api_base,
  channels,
  default_channel,
  link,
  mirror,
  posts,
  wait_seconds,
  bot_token: "",
  signing_secret: "",
});

export default function Slack() {
  const [say, api] = [useSay(), useApi()];
  const app = useQuery({ queryKey: SLACK, queryFn: () => told(api.GET("/slack-app")) });
  return (
    <Page title={say("area.slack")}>
      <AsyncBoundary query={app} loading={<Skeleton lines={4} height={76} />}>
        {(found) => (
          <>
            <Now app={found} />
            <Edit app={found} />
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Now({ app }: { app: App }) {
  const [say, formats] = [useSay(), useFormats()];
  const { token, since, reason } = app.health;
  const state = !app.connected ? "off" : token === "dead" ? "dead" : "on";
  const text =
    state === "on"
      ? say("slack.on", { name: app.workspace_name })
      : state === "off"
        ? say("slack.off")
        : say("slack.dead", { reason: reason ?? "–", since: since ? formats.dateTime(since) : "–" });
  return (
    <Panel title={say("slack.connection")}>
      <Sign shade={state === "on" ? "ok" : state === "dead" ? "bad" : "wait"} text={text} />
      <Copy label={say("slack.events_url")} value={app.events_url} hint={say("slack.events_hint")} />
      {app.connected && <TestIt app={app} />}
    </Panel>
  );
}

function TestIt({ app }: { app: App }) {
  const [say, api] = [useSay(), useApi()];
  const [channel, setChannel] = useState(app.default_channel);
  const testing = useMutation({ mutationFn: () => told(api.POST("/slack-app/test", { body: { channel } })) });
  return (
    <>
      <div className={form["toolbar"]}>
        <TextField
          label={say("slack.channel")}
          hint={say("slack.channel_hint")}
          value={channel}
          onChange={setChannel}
          error={errorOf(testing.error, "channel")}
        />
        <Button icon="play" isPending={testing.isPending} isDisabled={channel === ""} onPress={() => testing.mutate()}>
          {say("slack.test")}
        </Button>
      </div>
      {testing.data && <Sign shade="ok" text={say("slack.said")} />}
      <Refusal fault={testing.error} />
    </>
  );
}

function Edit({ app }: { app: App }) {
  const [say, api, cache, teams] = [useSay(), useApi(), useQueryClient(), useTeams()];
  const item = useItem<Draft, App>({
    key: "slack",
    keep: false,
    stored: draftOf(app),
    version: app.version,
    save: ({ bot_token, signing_secret, ...draft }, version) =>
      told(api.PUT("/slack-app", { body: { ...draft, bot_token: bot_token || null, signing_secret: signing_secret || null, version } })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/slack-app"));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: (answer) => cache.setQueryData(SLACK, answer),
  });
  const { draft, change, refusal } = item;
  const error = (field: string) => errorOf(refusal, field);
  const secretHint = app.connected ? say("sources.credential_stays") : undefined;
  return (
    <ItemForm
      item={item}
      aside={
        app.connected && (
          <ConfirmDelete
            name={app.workspace_name}
            text={say("slack.disconnect")}
            done={say("slack.disconnected")}
            remove={() => told(api.DELETE("/slack-app", { params: { query: { version: app.version } } }))}
            onRemoved={() => void cache.invalidateQueries({ queryKey: SLACK })}
          >
            <p>{say("slack.disconnect_text")}</p>
          </ConfirmDelete>
        )
      }
    >
      <Panel title={say("slack.secrets")}>
        <Fields>
          <TextField
            label={say("slack.bot_token")}
            hint={secretHint}
            type="password"
            autoComplete="off"
            value={draft.bot_token}
            onChange={(bot_token) => change({ bot_token })}
            error={error("bot_token")}
          />
          <TextField
            label={say("slack.signing_secret")}
            hint={secretHint}
            type="password"
            autoComplete="off"
            value={draft.signing_secret}
            onChange={(signing_secret) => change({ signing_secret })}
            error={error("signing_secret")}
          />
        </Fields>
      </Panel>
      <Panel title={say("slack.posts")}>
        <CheckboxGroup
          label={say("slack.what")}
          value={draft.posts}
          onChange={(posts) => change({ posts })}
          choices={POSTS.map((id) => ({ id, label: say(`slack.post.${id}`) }))}
        />
        {draft.posts.includes("waiting") && (
          <Duration
            label={say("slack.wait")}
            value={draft.wait_seconds}
            onChange={(seconds) => change({ wait_seconds: seconds ?? 300 })}
            error={error("wait_seconds")}
          />
        )}
        <Switch
          label={say("slack.mirror")}
          hint={say("slack.mirror_hint")}
          isSelected={draft.mirror}
          onChange={(mirror) => change({ mirror })}
        />
        <Fields>
          <TextField
            label={say("slack.default")}
            hint={say("slack.channel_hint")}
            value={draft.default_channel}
            onChange={(default_channel) => change({ default_channel })}
            error={error("default_channel")}
          />
          {(teams.data ?? []).map((team) => (
            <TextField
              key={team.id}
              label={say("slack.of_team", { team: team.name })}
              value={draft.channels[team.id] ?? ""}
              onChange={(channel) =>
                change({
                  channels: Object.fromEntries([
                    ...Object.entries(draft.channels).filter(([id]) => id !== team.id),
                    ...(channel === "" ? [] : [[team.id, channel] as const]),
                  ]),
                })
              }
              error={error(`channels.${team.id}`)}
            />
          ))}
        </Fields>
      </Panel>
      <Fold title={say("inboxes.further")}>
        <Fields>
          <TextField
            label={say("slack.link")}
            hint={say("slack.link_hint")}
            value={draft.link}
            onChange={(link) => change({ link })}
            error={error("link")}
          />
          <TextField
            label={say("slack.api_base")}
            value={draft.api_base}
            onChange={(api_base) => change({ api_base })}
            error={error("api_base")}
          />
        </Fields>
      </Fold>
    </ItemForm>
  );
}
