/** What an endpoint is told, and where. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Select, TextField } from "../../../ui/fields";
import { CheckboxGroup, Switch } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { errorOf } from "../parts/faults";
import { Fields, Whole } from "../parts/ItemForm";
import type { Item } from "../parts/useItem";
import { Fold } from "../inboxes/Fields";
import { useTeams } from "../inboxes/queries";
import { areasOf, chosenOf, everything, isAll, wholeArea, withArea } from "./types";
import type { Endpoint } from "./Webhooks";

export type Draft = Pick<Endpoint, "url" | "description" | "types" | "inbox_ids" | "team_ids" | "content" | "enabled"> & {
  owner_id: string | null;
};

export function EndpointForm({ item }: { item: Item<Draft> }) {
  const [say, teams, lists] = [useSay(), useTeams(), useLists()];
  const { draft, change } = item;
  const error = (field: string) => errorOf(item.refusal, field);
  const agents = lists.agents.data ?? [];
  const isKnown = draft.owner_id === null || agents.some((agent) => agent.id === draft.owner_id);
  return (
    <>
      <Panel title={say("webhooks.where")}>
        <Fields>
          <TextField
            label={say("webhooks.url")}
            value={draft.url}
            onChange={(url) => change({ url })}
            type="url"
            isRequired
            error={error("url")}
            name="url"
          />
          <TextField
            label={say("admin.description")}
            value={draft.description}
            onChange={(description) => change({ description })}
            maxLength={300}
            error={error("description")}
            name="description"
          />
          <Select
            label={say("webhooks.owner")}
            hint={say("webhooks.owner_hint")}
            value={draft.owner_id ?? ""}
            onChange={(id) => change({ owner_id: id === "" ? null : id })}
            choices={[
              { id: "", label: say("webhooks.me") },
              ...(isKnown ? [] : [{ id: draft.owner_id ?? "", label: draft.owner_id ?? "" }]),
              ...agents.map(({ id, name }) => ({ id, label: name })),
            ]}
          />
          <Whole>
            {!item.isNew && (
              <Switch
                label={say("webhooks.enabled")}
                hint={say("webhooks.enabled_hint")}
                isSelected={draft.enabled}
                onChange={(enabled) => change({ enabled })}
              />
            )}
            <Switch
              label={say("webhooks.content")}
              hint={say("webhooks.content_hint")}
              isSelected={draft.content}
              onChange={(content) => change({ content })}
            />
          </Whole>
        </Fields>
      </Panel>
      <Panel title={say("webhooks.types")}>
        <Switch
          label={say("webhooks.everything")}
          hint={say("webhooks.everything_hint")}
          isSelected={isAll(draft.types)}
          onChange={(all) => change({ types: all ? everything() : [] })}
        />
        {!isAll(draft.types) &&
          areasOf(lists.events.data ?? []).map((area) => (
            <CheckboxGroup
              key={area.name}
              label={area.name}
              value={chosenOf(draft.types, area)}
              onChange={(chosen) => change({ types: withArea(draft.types, area, chosen) })}
              choices={[
                { id: wholeArea(area.name), label: say("webhooks.whole", { area: area.name }) },
                ...(chosenOf(draft.types, area).includes(wholeArea(area.name))
                  ? []
                  : area.events.map((id) => ({ id, label: id, lang: "en" }))),
              ]}
              error={error("types")}
            />
          ))}
      </Panel>
      <Fold title={say("webhooks.only")}>
        <Fields>
          <CheckboxGroup
            label={say("area.inboxes")}
            value={draft.inbox_ids}
            onChange={(inbox_ids) => change({ inbox_ids })}
            choices={(lists.inboxes.data ?? []).map(({ id, name }) => ({ id, label: name }))}
            error={error("inbox_ids")}
          />
          <CheckboxGroup
            label={say("inboxes.team")}
            value={draft.team_ids}
            onChange={(team_ids) => change({ team_ids })}
            choices={(teams.data ?? []).map(({ id, name }) => ({ id, label: name }))}
            error={error("team_ids")}
          />
        </Fields>
      </Fold>
    </>
  );
}

function useLists() {
  const api = useApi();
  return {
    events: useQuery({
      queryKey: ["webhook-event-types"],
      queryFn: async () => (await told(api.GET("/webhook-event-types"))).items,
      staleTime: Infinity,
    }),
    inboxes: useQuery({ queryKey: ["inboxes", "plain"], queryFn: async () => (await told(api.GET("/inboxes"))).items }),
    agents: useQuery({
      queryKey: ["agents", "first"],
      queryFn: async () => (await told(api.GET("/agents", { params: { query: { limit: 100 } } }))).items,
    }),
  };
}
