/** Contacts: found while typing, by segment, or all of them; who may be the same person; files in and out. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { told, type Api, type Schemas } from "../../api/client";
import { atLeast, useApi, useFormats, useMe, useSay } from "../../app/desk";
import { useSettled } from "../../contact/settled";
import { useCommand } from "../../keys/Keys";
import { Button } from "../../ui/Button";
import { DataTable, type Column } from "../../ui/DataTable";
import { Select, TextField } from "../../ui/fields";
import { Page, Panel } from "../../ui/Page";
import { AsyncBoundary, Empty, Skeleton } from "../../ui/states";
import { ExportDialog } from "./ExportDialog";
import { ImportDialog } from "./ImportDialog";
import { matchShown, rowsOf, type Row } from "./found";
import { NewContact } from "./NewContact";
import { Suggestions } from "./Suggestions";
import styles from "./Contacts.module.css";

const PAGE = 50;
const EVERYBODY = "all";
type Open = "new" | "import" | "export" | null;

export default function Contacts() {
  const [say, me] = [useSay(), useMe()];
  const [open, setOpen] = useState<Open>(null);
  return (
    <Page
      title={say("contacts.title")}
      wide
      aside={
        <>
          {atLeast(me.role, "supervisor") && <Button onPress={() => setOpen("import")}>{say("contacts.import")}</Button>}
          {atLeast(me.role, "admin") && (
            <Button icon="download" onPress={() => setOpen("export")}>
              {say("contacts.export")}
            </Button>
          )}
          <Button kind="primary" icon="plus" onPress={() => setOpen("new")}>
            {say("contacts.new")}
          </Button>
        </>
      }
    >
      <Suggestions />
      <Finder />
      {open === "new" && <NewContact onDone={() => setOpen(null)} />}
      {open === "import" && <ImportDialog onDone={() => setOpen(null)} />}
      {open === "export" && <ExportDialog onDone={() => setOpen(null)} />}
    </Page>
  );
}

/** What is asked stands in the address; typing takes the place of the entry, so that going back leaves the page. */
function useAsked(): [{ q: string; segment: string }, (asked: { q?: string; segment?: string }) => void] {
  const [path, go] = useLocation();
  const given = new URLSearchParams(useSearch());
  const asked = { q: given.get("q") ?? "", segment: given.get("segment") ?? EVERYBODY };
  const ask = (changes: { q?: string; segment?: string }) => {
    const next = { ...asked, ...changes };
    const query = new URLSearchParams([
      ...(next.q === "" ? [] : [["q", next.q]]),
      ...(next.segment === EVERYBODY ? [] : [["segment", next.segment]]),
    ] as string[][]);
    go(query.size > 0 ? `${path}?${query}` : path, { replace: true });
  };
  return [asked, ask];
}

function Finder() {
  const [say, api] = [useSay(), useApi()];
  const [asked, ask] = useAsked();
  const [text, setText] = useState(asked.q);
  const settled = useSettled(text.trim());
  useEffect(() => {
    if (settled !== asked.q) ask({ q: settled });
    // What was typed leads; the address follows.
  }, [settled]);
  const segments = useQuery({ queryKey: ["contacts", "segments"], queryFn: () => told(api.GET("/segments")), staleTime: 60_000 });
  const choices = [{ id: EVERYBODY, label: say("contacts.everybody") }, ...(segments.data?.items ?? []).map(({ id, name, contacts }) => ({ id, label: `${name} (${contacts})` }))];
  const searching = asked.q !== "";
  const box = useRef<HTMLElement>(null);
  useCommand("list.search", () => box.current?.querySelector("input")?.focus());
  return (
    <Panel title={say(searching ? "contacts.found" : "contacts.list")}>
      <search className={styles["search"]} ref={box}>
        <TextField label={say("contacts.search")} hint={say("contacts.search_hint")} type="search" value={text} onChange={setText} maxLength={200} />
        {choices.length > 1 && (
          <Select label={say("contacts.segment")} choices={choices} value={asked.segment} onChange={(segment) => ask({ segment })} isDisabled={searching} />
        )}
      </search>
      <Found q={asked.q} segment={asked.segment} />
    </Panel>
  );
}

type Found = Schemas["HitPage"] | Schemas["ContactPage"];

function pageOf(api: Api, q: string, segment: string, cursor: string): Promise<Found> {
  const query = { limit: PAGE, ...(cursor === "" ? {} : { cursor }) };
  if (q !== "") return told(api.GET("/contacts/search", { params: { query: { ...query, q } } }));
  if (segment === EVERYBODY) return told(api.GET("/contacts", { params: { query } }));
  return told(api.GET("/segments/{segment_id}/contacts", { params: { path: { segment_id: segment }, query } }));
}

function Found({ q, segment }: { q: string; segment: string }) {
  const [say, api] = [useSay(), useApi()];
  const found = useInfiniteQuery({
    queryKey: ["contacts", "list", q, q === "" ? segment : ""],
    queryFn: ({ pageParam }) => pageOf(api, q, segment, pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What was found for the words before stays until there is something else: nothing jumps while somebody types.
    placeholderData: (before) => before,
  });
  return (
    <>
      <AsyncBoundary
        query={found}
        loading={<Skeleton lines={6} height={32} />}
        isEmpty={({ pages }) => pages.every((page) => page.items.length === 0) && !found.hasNextPage}
        empty={<Empty icon={q === "" ? "people" : "search"} title={say(q === "" ? "contacts.none" : "contacts.none_found")} />}
      >
        {({ pages }) => <Table rows={rowsOf(pages)} searching={q !== ""} />}
      </AsyncBoundary>
      {found.hasNextPage && (
        <div className={styles["more"]}>
          <Button isPending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
            {say(q === "" ? "contact.more" : "contact.search_on")}
          </Button>
        </div>
      )}
    </>
  );
}

function Table({ rows, searching }: { rows: readonly Row[]; searching: boolean }) {
  const [say, formats] = [useSay(), useFormats()];
  const columns: Column<Row>[] = [
    {
      id: "name",
      title: say("contact.field.name"),
      cell: ({ contact }) => (
        <Link href={`/contacts/${contact.id}`}>
          <bdi>{contact.display_name}</bdi>
        </Link>
      ),
    },
    { id: "email", title: say("contact.field.email"), cell: ({ contact }) => contact.email && <bdi>{contact.email}</bdi> },
    { id: "phone", title: say("contact.field.phone"), cell: ({ contact }) => contact.phone && <bdi>{contact.phone}</bdi> },
  ];
  const matched: Column<Row> = {
    id: "matched",
    title: say("contacts.matched"),
    cell: ({ contact, matches }) => <bdi>{matchShown(contact, matches)}</bdi>,
  };
  const since: Column<Row> = { id: "since", title: say("contacts.updated"), cell: ({ contact }) => formats.dateTime(contact.updated_at) };
  return (
    <DataTable
      caption={say(searching ? "contacts.found" : "contacts.list")}
      columns={[...columns, searching ? matched : since]}
      rows={rows}
      keyOf={({ contact }) => contact.id}
    />
  );
}
