/** Segments: groups of contacts by what is known of them. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import type { Column } from "../../../ui/DataTable";
import { AREA_NEW, type AreaProps } from "../areas";
import { ListPage } from "../parts/ListPage";
import { NewSegment, SegmentPage } from "./SegmentPage";

export type Segment = Schemas["SegmentView"];
export const SEGMENTS = ["segments"];
const AGAIN = 3_000;

export default function Segments({ id, base }: AreaProps) {
  if (id === undefined) return <List base={base} />;
  return id === AREA_NEW ? <NewSegment base={base} /> : <SegmentPage id={id} base={base} />;
}

function List({ base }: { base: string }) {
  const [say, api] = [useSay(), useApi()];
  const segments = useQuery({
    queryKey: SEGMENTS,
    queryFn: async () => (await told(api.GET("/segments"))).items,
    refetchInterval: (query) => (query.state.data?.some((one) => one.state === "rebuilding") ? AGAIN : false),
  });
  const columns: Column<Segment>[] = [
    { id: "about", title: say("admin.description"), cell: (row) => row.description },
    { id: "count", title: say("segments.count"), number: true, cell: (row) => <Count segment={row} /> },
    { id: "state", title: say("admin.state"), cell: (row) => <State segment={row} /> },
  ];
  return (
    <ListPage
      title={say("area.segments")}
      query={segments}
      keyOf={(row) => row.id}
      nameOf={(row) => row.name}
      nameTitle={say("admin.name")}
      hrefOf={(row) => `${base}/${row.id}`}
      wordsOf={(row) => [row.name, row.description]}
      columns={columns}
      toneOf={(row) => (row.state === "interrupted" ? "bad" : row.state === "rebuilding" ? "warn" : undefined)}
      newHref={`${base}/${AREA_NEW}`}
      newText={say("segments.new")}
      icon="people"
      emptyTitle={say("segments.none")}
      emptyText={say("segments.none_more")}
    />
  );
}

function Count({ segment }: { segment: Segment }) {
  return useFormats().number(segment.count);
}

const STATES = ["ready", "rebuilding", "interrupted"] as const;

/** While contacts are looked at, how far it is. */
export function State({ segment }: { segment: Segment }) {
  const say = useSay();
  const state = STATES.find((each) => each === segment.state) ?? "ready";
  if (state === "rebuilding" && segment.contacts > 0)
    return <>{say("segments.looked_at", { n: segment.looked_at, of: segment.contacts })}</>;
  return <>{say(`segments.state.${state}`)}</>;
}
