/** A new inbox: its channel, then its account at the provider, who is asked before anything is made. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { told } from "../../../api/client";
import { Problem } from "../../../api/problem";
import { channelName } from "../../../app/channels";
import { useApi, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { TextField } from "../../../ui/fields";
import { errorOf } from "../parts/faults";
import { Refusal } from "../parts/SaveBar";
import { useGuard } from "../parts/useGuard";
import form from "../parts/parts.module.css";
import { matches, sentSettings, wrongSetting, type Channel, type Settings } from "./channelForm";
import { CredentialFields, SettingFields } from "./Fields";
import { fresh } from "./fresh";
import { INBOXES, useChannels } from "./queries";
import { helpOf, labelOf, optional } from "./setupWords";
import { Steps } from "./Steps";
import styles from "./inboxes.module.css";

export function NewInbox({ base }: { base: string }) {
  const [say, channels] = [useSay(), useChannels()];
  const wanted = new URLSearchParams(useSearch()).get("channel");
  const found = channels.data?.find((channel) => channel.name === wanted);
  const title = found ? say("inboxes.new_of", { channel: channelName(found.name, say) }) : say("inboxes.new");
  return (
    <Page title={title} wide>
      <AsyncBoundary query={channels} loading={<Skeleton lines={4} height={76} />}>
        {(all) => (found ? <Account key={found.name} channel={found} base={base} /> : <Choice channels={all} base={base} />)}
      </AsyncBoundary>
    </Page>
  );
}

function Choice({ channels, base }: { channels: readonly Channel[]; base: string }) {
  const say = useSay();
  const sorted = [...channels].sort((one, other) => channelName(one.name, say).localeCompare(channelName(other.name, say)));
  return (
    <>
      <p>{say("inboxes.choose")}</p>
      <ul className={styles["channels"]}>
        {sorted.map((channel) => (
          <li key={channel.name}>
            <Link href={`${base}/new?channel=${channel.name}`} className={styles["channel"] ?? ""}>
              <strong>{channelName(channel.name, say)}</strong>
              <span>{channel.account ? labelOf(channel.name, channel.account, say) : say("inboxes.no_provider")}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

interface Entered {
  name: string;
  account: string;
  credentials: Record<string, string>;
  settings: Settings;
}

function Account({ channel, base }: { channel: Channel; base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const [isAsked, ask] = useState(false);
  const [entered, enter] = useState<Entered>({ name: channelName(channel.name, say), account: "", credentials: {}, settings: {} });
  const change = (part: Partial<Entered>) => enter((known) => ({ ...known, ...part }));
  const typed = [entered.account, ...Object.values(entered.credentials)].some((text) => text.trim() !== "");
  const dirt = useGuard(typed || Object.keys(sentSettings(entered.settings)).length > 0);
  const making = useMutation({
    mutationFn: (check: boolean) => told(api.POST("/inboxes", { body: { ...bodyOf(channel, entered), check } })),
    onSuccess: (inbox) => {
      dirt.current = false;
      fresh.keep(inbox.id, inbox.generated);
      void cache.invalidateQueries({ queryKey: INBOXES });
      go(`${base}/${inbox.id}?setup=webhook`);
    },
  });
  const refusal = making.error;
  const errors = (field: string) =>
    errorOf(refusal, field) ??
    (isAsked ? missing(channel, entered, field, say("inboxes.wrong.missing"), say("inboxes.wrong.form")) : undefined);
  const isComplete = allFields(channel).every((field) => missing(channel, entered, field, "x", "x") === undefined);
  const isRefused = refusal instanceof Problem && refusal.code === "inbox_check_failed";
  return (
    <form
      noValidate
      className={form["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        ask(true);
        if (isComplete) making.mutate(true);
      }}
    >
      <Steps here="account" inbox={null} channel={channel} />
      <Panel title={say("inboxes.step.account")}>
        <div className={form["fields"]}>
          <TextField
            label={say("admin.name")}
            hint={say("inboxes.name_hint")}
            value={entered.name}
            onChange={(name) => change({ name })}
            maxLength={100}
            error={errors("name")}
            name="name"
          />
          {channel.account && (
            <TextField
              label={optional(labelOf(channel.name, channel.account, say), !channel.account.required, say)}
              hint={helpOf(channel.name, channel.account, say)}
              value={entered.account}
              onChange={(account) => change({ account })}
              error={errors("account_id")}
              name="account_id"
            />
          )}
        </div>
        <CredentialFields
          channel={channel.name}
          fields={channel.credentials.filter((field) => !field.generated)}
          values={entered.credentials}
          onChange={(credentials) => change({ credentials })}
          errorOf={errors}
        />
        <SettingFields
          channel={channel.name}
          fields={channel.settings}
          values={entered.settings}
          onChange={(settings) => change({ settings })}
          errorOf={(field) => errorOf(refusal, field)}
          isAsked={isAsked}
        />
      </Panel>
      <Refusal fault={refusal} />
      {isAsked && !isComplete && (
        <p role="alert" className={styles["wrong"]}>
          {say("inboxes.incomplete")}
        </p>
      )}
      <div className={form["actions"]}>
        <Link href={`${base}/new`}>{say("inboxes.other_channel")}</Link>
        {isRefused && (
          <Button isPending={making.isPending} onPress={() => making.mutate(false)}>
            {say("inboxes.unchecked")}
          </Button>
        )}
        <Button kind="primary" type="submit" isPending={making.isPending}>
          {say(channel.account ? "inboxes.check_and_go" : "inboxes.make_and_go")}
        </Button>
      </div>
    </form>
  );
}

function bodyOf(channel: Channel, { name, account, credentials, settings }: Entered) {
  const given = Object.entries(credentials).map(([key, value]) => [key, value.trim()] as const);
  return {
    channel: channel.name,
    name: name.trim(),
    account_id: account.trim() === "" ? null : account.trim(),
    credentials: Object.fromEntries(given.filter(([, value]) => value !== "")),
    settings: sentSettings(settings),
    team_id: null,
    reopen_seconds: 86_400,
  };
}

const allFields = (channel: Channel): string[] => [
  "name",
  "account_id",
  ...channel.credentials.map((field) => `credentials.${field.name}`),
  ...channel.settings.map((field) => `settings.${field.name}`),
];

/** What is missing or of a wrong form, by the field's place in what is sent. */
function missing(channel: Channel, entered: Entered, field: string, absent: string, misshapen: string): string | undefined {
  if (field === "name") return entered.name.trim() === "" ? absent : undefined;
  if (field === "account_id") {
    const account = channel.account;
    if (!account) return undefined;
    const text = entered.account.trim();
    if (text === "") return account.required ? absent : undefined;
    return account.pattern === null || matches(account.pattern, text) ? undefined : misshapen;
  }
  const [kind, name = ""] = field.split(".");
  if (kind === "credentials") {
    const known = channel.credentials.find((each) => each.name === name);
    return known && !known.optional && !known.generated && (entered.credentials[name] ?? "").trim() === "" ? absent : undefined;
  }
  const setting = channel.settings.find((each) => each.name === name);
  const wrong = setting ? wrongSetting(setting, entered.settings[name]) : null;
  return wrong === null ? undefined : wrong === "missing" ? absent : misshapen;
}
