/** One segment: its condition with what it would give, and the contacts that belong. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { told, type Schemas } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { DataTable, type Column } from "../../../ui/DataTable";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { ConditionEditor } from "../kit/ConditionEditor";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { NameFields } from "../parts/CommonFields";
import { Fields, ItemForm } from "../parts/ItemForm";
import { Refusal } from "../parts/SaveBar";
import { useItem, type Item } from "../parts/useItem";
import { Estimate } from "./Estimate";
import { SEGMENTS, State, type Segment } from "./Segments";

interface Draft {
  name: string;
  description: string;
  condition: Record<string, unknown>;
}

const AGAIN = 3_000;
const draftOf = ({ name, description, condition }: Segment): Draft => ({
  name,
  description,
  condition: condition as Record<string, unknown>,
});

export function NewSegment({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const item = useItem<Draft, Segment>({
    key: "segments/new",
    stored: { name: "", description: "", condition: {} },
    version: 0,
    isNew: true,
    save: (draft) => told(api.POST("/segments", { body: draft })),
    onSaved: (answer) => {
      void cache.invalidateQueries({ queryKey: SEGMENTS });
      go(`${base}/${answer.id}`);
    },
  });
  return (
    <Page title={say("segments.new")}>
      <ItemForm item={item} missing={item.draft.name.trim() === "" ? say("macros.no_name") : undefined}>
        <SegmentFields item={item} />
      </ItemForm>
    </Page>
  );
}

export function SegmentPage({ id, base }: { id: string; base: string }) {
  const [say, api] = [useSay(), useApi()];
  const segment = useQuery({
    queryKey: [...SEGMENTS, id],
    queryFn: () => told(api.GET("/segments/{segment_id}", { params: { path: { segment_id: id } } })),
    refetchInterval: (query) => (query.state.data?.state === "rebuilding" ? AGAIN : false),
  });
  return (
    <Page title={segment.data?.name ?? say("area.segments")} aside={segment.data && <State segment={segment.data} />}>
      <AsyncBoundary query={segment} loading={<Skeleton lines={4} height={76} />}>
        {(found) => (
          <>
            <Edit segment={found} base={base} />
            <Members segment={found} />
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function SegmentFields({ item }: { item: Item<Draft> }) {
  const say = useSay();
  const { draft, change, refusal } = item;
  return (
    <Panel title={say("segments.who")}>
      <Fields>
        <NameFields draft={draft} change={change} refusal={refusal} most={1000} />
      </Fields>
      <ConditionEditor
        value={draft.condition}
        onChange={(condition) => change({ condition })}
        at="condition"
        refusal={refusal}
        legend={say("segments.condition")}
        emptyText={say("segments.everybody")}
      />
      <Estimate condition={draft.condition} />
    </Panel>
  );
}

function Edit({ segment, base }: { segment: Segment; base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const path = { segment_id: segment.id };
  const again = () => void cache.invalidateQueries({ queryKey: SEGMENTS });
  const item = useItem<Draft, Segment>({
    key: `segments/${segment.id}`,
    stored: draftOf(segment),
    version: segment.version,
    save: (draft, version) => told(api.PATCH("/segments/{segment_id}", { params: { path }, body: { ...draft, version } })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/segments/{segment_id}", { params: { path } }));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: again,
  });
  const rebuild = useMutation({
    mutationFn: () => told(api.POST("/segments/{segment_id}/rebuilding", { params: { path } })),
    onSettled: again,
  });
  return (
    <>
      {segment.state === "interrupted" && (
        <div>
          <p>{say("segments.interrupted")}</p>
          <Button icon="refresh" isPending={rebuild.isPending} onPress={() => rebuild.mutate()}>
            {say("segments.rebuild")}
          </Button>
          <Refusal fault={rebuild.error} />
        </div>
      )}
      <ItemForm
        item={item}
        aside={
          <ConfirmDelete
            name={segment.name}
            remove={() => told(api.DELETE("/segments/{segment_id}", { params: { path } }))}
            onRemoved={() => {
              item.discard();
              again();
              go(base);
            }}
          >
            <p>{say("segments.delete_text")}</p>
          </ConfirmDelete>
        }
      >
        <SegmentFields item={item} />
      </ItemForm>
    </>
  );
}

type Contact = Schemas["ContactRow"];

function Members({ segment }: { segment: Segment }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const members = useInfiniteQuery({
    queryKey: [...SEGMENTS, segment.id, "contacts", segment.version, segment.state],
    queryFn: ({ pageParam }) =>
      told(
        api.GET("/segments/{segment_id}/contacts", {
          params: { path: { segment_id: segment.id }, query: { limit: 25, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <Panel title={say("segments.members", { n: segment.count })}>
      <AsyncBoundary query={members}>
        {(pages) => <ContactTable rows={pages.pages.flatMap((page) => page.items)} at={formats} />}
      </AsyncBoundary>
      {members.hasNextPage && (
        <div>
          <Button isPending={members.isFetchingNextPage} onPress={() => void members.fetchNextPage()}>
            {say("webhooks.more")}
          </Button>
        </div>
      )}
    </Panel>
  );
}

export function ContactTable({ rows, at }: { rows: readonly Contact[]; at: ReturnType<typeof useFormats> }) {
  const say = useSay();
  const columns: Column<Contact>[] = [
    { id: "name", title: say("admin.name"), cell: (row) => <Link href={`/contacts/${row.id}`}>{row.display_name}</Link> },
    { id: "email", title: say("segments.email"), cell: (row) => row.email ?? "" },
    { id: "phone", title: say("segments.phone"), cell: (row) => row.phone ?? "" },
    { id: "locale", title: say("inboxes.language"), cell: (row) => row.locale ?? "" },
    { id: "since", title: say("segments.since"), cell: (row) => at.date(row.created_at) },
  ];
  return (
    <DataTable caption={say("segments.contacts")} columns={columns} rows={rows} keyOf={(row) => row.id} empty={say("segments.nobody")} />
  );
}
