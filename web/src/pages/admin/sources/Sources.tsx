/** Systems that are asked about a contact. */

import { useQuery } from "@tanstack/react-query";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import type { Column } from "../../../ui/DataTable";
import { AREA_NEW, type AreaProps } from "../areas";
import { ListPage } from "../parts/ListPage";
import type { Source } from "./source";
import { NewSource, SourcePage } from "./SourcePage";

export const SOURCES = ["data-sources"];

export default function Sources({ id, base }: AreaProps) {
  if (id === undefined) return <List base={base} />;
  return id === AREA_NEW ? <NewSource base={base} /> : <SourcePage id={id} base={base} />;
}

function List({ base }: { base: string }) {
  const [say, api] = [useSay(), useApi()];
  const sources = useQuery({ queryKey: SOURCES, queryFn: async () => (await told(api.GET("/data-sources"))).items });
  const columns: Column<Source>[] = [
    { id: "key", title: say("labels.key"), cell: (row) => <code>{row.key}</code> },
    { id: "url", title: say("webhooks.url"), cell: (row) => `${row.method} ${row.url}` },
    { id: "for", title: say("sources.consumers"), cell: (row) => row.consumers.map((each) => say(`sources.consumer.${each}`)).join(", ") },
    { id: "state", title: say("admin.state"), cell: (row) => say(row.enabled ? "webhooks.on" : "inboxes.off") },
  ];
  return (
    <ListPage
      title={say("area.sources")}
      query={sources}
      keyOf={(row) => row.id}
      nameOf={(row) => row.name}
      nameTitle={say("admin.name")}
      hrefOf={(row) => `${base}/${row.id}`}
      wordsOf={(row) => [row.name, row.key, row.url]}
      columns={columns}
      newHref={`${base}/${AREA_NEW}`}
      newText={say("sources.new")}
      icon="database"
      emptyTitle={say("sources.none")}
      emptyText={say("sources.none_more")}
    />
  );
}
