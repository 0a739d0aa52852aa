/** How a system is asked, and what is made of its answer. */

import { useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { Select, TextField } from "../../../ui/fields";
import { CheckboxGroup, NumberField, Switch } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { Duration } from "../kit/Duration";
import { errorOf } from "../parts/faults";
import { Fields } from "../parts/ItemForm";
import type { Item } from "../parts/useItem";
import form from "../parts/parts.module.css";
import { CREDENTIALS, type Draft, type Mapped } from "./source";

interface Props {
  item: Item<Draft>;
  credentials: Record<string, string>;
  enter: (credentials: Record<string, string>) => void;
  isStored?: boolean;
}

const AUTHS: readonly Draft["auth"][] = ["none", "bearer", "basic", "header"];
const TYPES: readonly Mapped["type"][] = ["text", "number", "integer", "boolean", "date", "list"];
const CONSUMERS: readonly Draft["consumers"][number][] = ["agents", "rules", "templates", "bots"];

export function SourceForm({ item, credentials, enter, isStored = false }: Props) {
  const say = useSay();
  const { draft, change, refusal } = item;
  const error = (field: string) => errorOf(refusal, field);
  return (
    <>
      <Panel title={say("canned.about")}>
        <Fields>
          <TextField
            label={say("admin.name")}
            value={draft.name}
            onChange={(name) => change({ name })}
            maxLength={60}
            error={error("name")}
            name="name"
          />
          <TextField
            label={say("labels.key")}
            hint={say("sources.key_hint")}
            value={draft.key}
            onChange={(key) => change({ key })}
            maxLength={40}
            error={error("key")}
            name="key"
          />
          <TextField
            label={say("sources.system")}
            hint={say("sources.system_hint")}
            value={draft.system}
            onChange={(system) => change({ system })}
            maxLength={80}
            error={error("system")}
          />
        </Fields>
        <CheckboxGroup
          label={say("sources.consumers")}
          value={draft.consumers}
          onChange={(consumers) => change({ consumers })}
          choices={CONSUMERS.map((id) => ({ id, label: say(`sources.consumer.${id}`) }))}
          error={error("consumers")}
        />
        <Switch label={say("webhooks.enabled")} isSelected={draft.enabled} onChange={(enabled) => change({ enabled })} />
      </Panel>
      <Panel title={say("sources.ask")}>
        <Fields>
          <Select
            label={say("sources.method")}
            value={draft.method}
            onChange={(method) => change({ method })}
            choices={(["GET", "POST"] as const).map((id) => ({ id, label: id }))}
          />
          <TextField
            label={say("webhooks.url")}
            hint={say("sources.url_hint")}
            value={draft.url}
            onChange={(url) => change({ url })}
            maxLength={2000}
            error={error("url")}
            name="url"
          />
          <Select
            label={say("sources.auth")}
            value={draft.auth}
            onChange={(auth) => change({ auth })}
            choices={AUTHS.map((id) => ({ id, label: say(`sources.auth.${id}`) }))}
          />
          {draft.auth === "header" && (
            <TextField
              label={say("sources.header")}
              value={draft.header}
              onChange={(header) => change({ header })}
              maxLength={60}
              error={error("header")}
            />
          )}
          {CREDENTIALS[draft.auth].map((name) => (
            <TextField
              key={name}
              label={say(`sources.credential.${name}` as "sources.credential.token")}
              hint={isStored ? say("sources.credential_stays") : undefined}
              type={name === "user" ? "text" : "password"}
              autoComplete="off"
              value={credentials[name] ?? ""}
              onChange={(value) => enter({ ...credentials, [name]: value })}
              error={error(`credentials.${name}`)}
            />
          ))}
        </Fields>
        {draft.method === "POST" && <BodyRows item={item} />}
      </Panel>
      <Panel title={say("sources.mapping")}>
        <p className={form["hint"]}>{say("sources.mapping_text")}</p>
        <MappingRows item={item} />
      </Panel>
      <Panel title={say("sources.times")}>
        <Fields>
          <NumberField
            label={say("sources.timeout")}
            value={draft.timeout_seconds}
            onChange={(seconds) => change({ timeout_seconds: seconds ?? 2 })}
            min={0.1}
            max={3}
            step={0.1}
            error={error("timeout_seconds")}
          />
          <Duration
            label={say("sources.ttl")}
            hint={say("sources.ttl_hint")}
            value={draft.ttl_seconds}
            onChange={(seconds) => change({ ttl_seconds: seconds ?? 300 })}
            error={error("ttl_seconds")}
          />
          <Duration
            label={say("sources.stale")}
            hint={say("sources.stale_hint")}
            value={draft.stale_seconds}
            onChange={(seconds) => change({ stale_seconds: seconds ?? 0 })}
            error={error("stale_seconds")}
          />
        </Fields>
      </Panel>
    </>
  );
}

function MappingRows({ item }: { item: Item<Draft> }) {
  const say = useSay();
  const { mapping } = item.draft;
  const put = (place: number, part: Partial<Mapped>) =>
    item.change({ mapping: mapping.map((row, each) => (each === place ? { ...row, ...part } : row)) });
  return (
    <>
      {mapping.map((row, place) => (
        <div key={place} className={form["toolbar"]} role="group" aria-label={`${say("sources.fact")} ${place + 1}`}>
          <TextField
            label={say("sources.fact")}
            value={row.name}
            onChange={(name) => put(place, { name })}
            error={errorOf(item.refusal, `mapping.${row.name}`)}
          />
          <TextField label={say("sources.path")} value={row.path} onChange={(path) => put(place, { path })} maxLength={200} />
          <Select
            label={say("attributes.type")}
            value={row.type}
            onChange={(type) => put(place, { type })}
            choices={TYPES.map((id) => ({ id, label: id === "list" ? say("sources.list") : say(`attributes.type.${id}`) }))}
          />
          <IconButton
            icon="close"
            label={`${say("canned.remove")}: ${row.name || place + 1}`}
            onPress={() => item.change({ mapping: mapping.filter((_, each) => each !== place) })}
          />
        </div>
      ))}
      <div>
        <Button icon="plus" onPress={() => item.change({ mapping: [...mapping, { name: "", path: "", type: "text" }] })}>
          {say("sources.add_fact")}
        </Button>
      </div>
    </>
  );
}

function BodyRows({ item }: { item: Item<Draft> }) {
  const say = useSay();
  const { body } = item.draft;
  const put = (place: number, part: { name?: string; value?: string }) =>
    item.change({ body: body.map((row, each) => (each === place ? { ...row, ...part } : row)) });
  return (
    <>
      {body.map((row, place) => (
        <div key={place} className={form["toolbar"]} role="group" aria-label={`${say("sources.field")} ${place + 1}`}>
          <TextField label={say("sources.field")} value={row.name} onChange={(name) => put(place, { name })} />
          <TextField
            label={say("sources.value")}
            value={row.value}
            onChange={(value) => put(place, { value })}
            error={errorOf(item.refusal, `body.${row.name}`)}
          />
          <IconButton
            icon="close"
            label={`${say("canned.remove")}: ${row.name || place + 1}`}
            onPress={() => item.change({ body: body.filter((_, each) => each !== place) })}
          />
        </div>
      ))}
      <div>
        <Button icon="plus" onPress={() => item.change({ body: [...body, { name: "", value: "" }] })}>
          {say("sources.add_field")}
        </Button>
      </div>
    </>
  );
}
