/** Endpoints of other systems that are told what happens. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import type { Column } from "../../../ui/DataTable";
import { Icon } from "../../../ui/Icon";
import { AREA_NEW, type AreaProps } from "../areas";
import { ListPage } from "../parts/ListPage";
import { EndpointPage, NewEndpoint } from "./EndpointPage";
import styles from "./webhooks.module.css";

export type Endpoint = Schemas["EndpointView"];
export const ENDPOINTS = ["webhook-endpoints"];

export default function Webhooks({ id, base }: AreaProps) {
  if (id === undefined) return <List base={base} />;
  return id === AREA_NEW ? <NewEndpoint base={base} /> : <EndpointPage id={id} base={base} />;
}

function List({ base }: { base: string }) {
  const [say, api] = [useSay(), useApi()];
  const endpoints = useQuery({ queryKey: ENDPOINTS, queryFn: async () => (await told(api.GET("/webhook-endpoints"))).items });
  const columns: Column<Endpoint>[] = [
    { id: "about", title: say("admin.description"), cell: (row) => row.description },
    { id: "types", title: say("webhooks.types"), cell: (row) => row.types.join(", ") },
    { id: "state", title: say("admin.state"), cell: (row) => <EndpointState endpoint={row} /> },
  ];
  return (
    <ListPage
      title={say("area.webhooks")}
      query={endpoints}
      keyOf={(row) => row.id}
      nameOf={(row) => row.url}
      nameTitle={say("webhooks.url")}
      hrefOf={(row) => `${base}/${row.id}`}
      wordsOf={(row) => [row.url, row.description, ...row.types]}
      columns={columns}
      toneOf={(row) => (row.enabled ? undefined : row.disabled_reason === "by_admin" ? "warn" : "bad")}
      newHref={`${base}/${AREA_NEW}`}
      newText={say("webhooks.new")}
      icon="webhook"
      emptyTitle={say("webhooks.none")}
      emptyText={say("webhooks.none_more")}
    />
  );
}

const REASONS = ["by_admin", "gone", "failing"] as const;

export function EndpointState({ endpoint }: { endpoint: Endpoint }) {
  const say = useSay();
  const reason = REASONS.find((each) => each === endpoint.disabled_reason) ?? "by_admin";
  return (
    <span className={styles["state"]} data-on={endpoint.enabled}>
      <Icon name={endpoint.enabled ? "done" : "error"} size={16} />
      <span>{endpoint.enabled ? say("webhooks.on") : say(`webhooks.off.${reason}`)}</span>
    </span>
  );
}
