/** One endpoint: what it is told, what it was told, how it fares, another secret. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { ItemForm } from "../parts/ItemForm";
import { OnceDialog } from "../parts/OnceDialog";
import { PageTabs } from "../parts/PageTabs";
import { useItem } from "../parts/useItem";
import { Deliveries } from "./Deliveries";
import { EndpointForm, type Draft } from "./EndpointForm";
import { Rotation } from "./Rotation";
import { Fares } from "./Fares";
import { ENDPOINTS, EndpointState, type Endpoint } from "./Webhooks";

const draftOf = ({ url, description, types, inbox_ids, team_ids, content, enabled, owner_id }: Endpoint): Draft => ({
  url,
  description,
  types,
  inbox_ids,
  team_ids,
  content,
  enabled,
  owner_id,
});
const BLANK: Draft = { url: "", description: "", types: ["*"], inbox_ids: [], team_ids: [], content: true, enabled: true, owner_id: null };

export function NewEndpoint({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const [made, setMade] = useState<Schemas["EndpointWithSecretView"] | null>(null);
  const item = useItem({
    key: "webhooks/new",
    stored: BLANK,
    version: 0,
    isNew: true,
    save: (draft) => told(api.POST("/webhook-endpoints", { body: draft })),
    onSaved: (answer) => {
      void cache.invalidateQueries({ queryKey: ENDPOINTS });
      setMade(answer);
    },
  });
  const missing =
    item.draft.url.trim() === "" ? say("webhooks.no_url") : item.draft.types.length === 0 ? say("webhooks.no_types") : undefined;
  return (
    <Page title={say("webhooks.new")} wide>
      <ItemForm item={item} missing={missing}>
        <EndpointForm item={item} />
      </ItemForm>
      {made && (
        <OnceDialog
          title={made.endpoint.url}
          secrets={[{ label: say("webhooks.secret"), value: made.secret }]}
          onClose={() => go(`${base}/${made.endpoint.id}`)}
        >
          <p>{say("webhooks.secret_use")}</p>
        </OnceDialog>
      )}
    </Page>
  );
}

export function EndpointPage({ id, base }: { id: string; base: string }) {
  const [say, api] = [useSay(), useApi()];
  const endpoint = useQuery({
    queryKey: [...ENDPOINTS, id],
    queryFn: () => told(api.GET("/webhook-endpoints/{endpoint_id}", { params: { path: { endpoint_id: id } } })),
  });
  const found = endpoint.data;
  return (
    <Page title={found?.url ?? say("area.webhooks")} wide aside={found && <EndpointState endpoint={found} />}>
      <AsyncBoundary query={endpoint} loading={<Skeleton lines={4} height={76} />}>
        {(known) => (
          <PageTabs
            label={known.url}
            views={[
              { id: "log", title: say("webhooks.log"), show: () => <Deliveries endpoint={known} /> },
              { id: "settings", title: say("inboxes.settings"), show: () => <Edit endpoint={known} base={base} /> },
              { id: "fares", title: say("webhooks.fares"), show: () => <Fares endpoint={known} /> },
              { id: "secret", title: say("webhooks.secret"), show: () => <Rotation endpoint={known} /> },
            ]}
          />
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Edit({ endpoint, base }: { endpoint: Endpoint; base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const path = { endpoint_id: endpoint.id };
  const item = useItem({
    key: `webhooks/${endpoint.id}`,
    stored: draftOf(endpoint),
    version: endpoint.version,
    save: (draft, version) => told(api.PUT("/webhook-endpoints/{endpoint_id}", { params: { path }, body: { ...draft, version } })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/webhook-endpoints/{endpoint_id}", { params: { path } }));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: () => void cache.invalidateQueries({ queryKey: ENDPOINTS }),
  });
  return (
    <ItemForm
      item={item}
      missing={item.draft.types.length === 0 ? say("webhooks.no_types") : undefined}
      aside={
        <ConfirmDelete
          name={endpoint.url}
          remove={() => told(api.DELETE("/webhook-endpoints/{endpoint_id}", { params: { path } }))}
          onRemoved={() => {
            void cache.invalidateQueries({ queryKey: ENDPOINTS });
            item.discard();
            go(base);
          }}
        >
          <p>{say("webhooks.delete_text")}</p>
        </ConfirmDelete>
      }
    >
      <EndpointForm item={item} />
    </ItemForm>
  );
}
