/** The list of conversations: which one, what it is narrowed to, its rows, and what can be done with many. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { told } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import { useCommand } from "../../keys/Keys";
import { Button } from "../../ui/Button";
import { AsyncBoundary, Empty, Skeleton } from "../../ui/states";
import { useTell } from "../../ui/Toasts";
import { useAddress, useGoing } from "../address";
import { BulkBar } from "./BulkBar";
import { ConversationGrid } from "./ConversationGrid";
import { useTeams, useViews } from "./counts";
import { Filters, SortBy, useLabels } from "./Filters";
import { Foot } from "./Foot";
import type { Listed } from "./order";
import { canFilter, filterOf, filtersIn, placeOf, sortOf, type Place, type Row, type Sort } from "./places";
import { useRows } from "./rows";
import { Search } from "./Search";
import { useSteady } from "./still";
import { useListKeys } from "./useListKeys";
import { useReadAhead } from "./useReadAhead";
import { ViewMenu } from "./ViewMenu";
import { sortIn } from "./views";
import { ViewSwitcher } from "./ViewSwitcher";
import styles from "./list.module.css";

const NOBODY: ReadonlySet<string> = new Set();

export function ListColumn() {
  const say = useSay();
  const address = useAddress();
  const { show, choose, refine } = useGoing();
  const box = useRef<HTMLDivElement>(null);
  const asked = address.list;
  const place = useMemo(() => placeOf(address.view), [address.view]);
  const filter = useMemo(() => filterOf(asked), [asked]);
  const words = (asked["q"] ?? "").trim();
  const kept = useSavedSort(place);
  const sort = words === "" ? sortOf(place, asked["sort"], kept) : "newest";
  const teams = useTeams().map((each) => each.id);
  const { rows, query } = useRows({ place, filter, sort, words }, teams);
  const { shown, changed, apply, watch } = useSteady(rows, `${address.view}?${JSON.stringify([filter, sort, words])}`);
  const [selected, setSelected] = useState(NOBODY);
  const seen = useSeen();
  const open = useCallback(
    (listed: Listed) => {
      show(listed.row.id, listed.entry);
      if (listed.entry !== undefined) seen(listed.entry);
    },
    [show, seen],
  );
  const toggle = (id: string) => setSelected((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id])));
  const leave = (rows: readonly Row[]) => setSelected((before) => new Set([...before].filter((id) => !rows.some((row) => row.id === id))));
  const { focusFirst } = useListKeys({ box, shown, open, toggle });
  const ahead = useReadAhead(shown, address.current);
  useNeeds(show);
  const labels = useLabels();
  const names = useMemo(() => new Map(labels.map(({ key, name }) => [key, name])), [labels]);
  const chosen = useMemo(() => shown.flatMap(({ listed }): Row[] => (selected.has(listed.row.id) ? [listed.row] : [])), [shown, selected]);
  const search = useCallback((q: string) => refine({ q }), [refine]);
  const go = (view: string) => {
    setSelected(NOBODY);
    choose(view);
  };
  const none = filtersIn(filter) > 0 || words !== "";
  const { hasNextPage, isFetchingNextPage: loading, fetchNextPage } = query;
  const more = useMemo(() => (hasNextPage ? { load: () => void fetchNextPage(), loading } : undefined), [hasNextPage, loading, fetchNextPage]);
  return (
    <div className={styles["column"]}>
      <header className={styles["head"]}>
        <div className={styles["which"]}>
          <ViewSwitcher place={place} choose={go} />
          {canFilter(place) && words === "" && <Filters place={place} filter={filter} refine={refine} />}
          {words === "" && <ViewMenu place={place} filter={filter} sort={sort} choose={go} />}
        </div>
        <div className={styles["looking"]}>
          <Search words={words} search={search} enter={focusFirst} />
          {sort !== null && words === "" && <SortBy sort={sort} refine={refine} />}
        </div>
      </header>
      <BulkBar rows={chosen} clear={() => setSelected(NOBODY)} done={leave} />
      <p className="visually-hidden" role="status">
        {query.data === undefined ? "" : say("list.count", { n: shown.length })}
      </p>
      <div ref={box} className={styles["rows"]} {...watch} {...ahead}>
        {changed && (
          <div className={styles["pill"]}>
            <Button icon="refresh" onPress={apply}>
              {say("list.changed")}
            </Button>
          </div>
        )}
        <AsyncBoundary
          query={{ ...query, data: query.data ?? (shown.length > 0 ? true : undefined) } as Parameters<typeof AsyncBoundary<unknown>>[0]["query"]}
          loading={<Skeleton lines={6} height={76} />}
          isEmpty={() => shown.length === 0 && !query.hasNextPage}
          empty={
            <Empty
              title={say(words !== "" ? "list.empty_search" : none ? "list.empty_filter" : place.kind === "mine" || place.kind === "attention" ? "list.empty_mine" : "list.empty")}
              icon={none ? "search" : "done"}
              action={none ? <Button onPress={() => refine({ q: "", status: "", channel: "", label: "", priority: "", team: "" })}>{say("list.filter_clear")}</Button> : place.kind === "unassigned" ? undefined : <Button onPress={() => go("unassigned")}>{say("list.see_unassigned")}</Button>}
            />
          }
        >
          {() => (
            <ConversationGrid shown={shown} label={say("inbox.list")} current={address.current} selected={selected} select={setSelected} open={open} labels={names} more={more} />
          )}
        </AsyncBoundary>
      </div>
      <Foot />
    </div>
  );
}

function useSavedSort(place: Place): Sort | undefined {
  const view = useViews().find((each) => place.kind === "saved" && each.id === place.id);
  return view && sortIn(view.sort);
}

/** Who opens what mentions them has seen it. */
function useSeen(): (noteId: string) => void {
  const [api, queries] = [useApi(), useQueryClient()];
  return useCallback(
    (noteId) =>
      void told(api.POST("/me/mentions/seen", { body: { note_ids: [noteId], up_to: null } }))
        .then(() => queries.invalidateQueries({ queryKey: ["counts", "mentions"] }))
        // It stays unseen, and is told as such: nothing is lost.
        .catch(() => undefined),
    [api, queries],
  );
}

/** `q`: opens what needs the caller most. */
function useNeeds(show: (id: string) => void): void {
  const [api, say, tell, queries] = [useApi(), useSay(), useTell(), useQueryClient()];
  useCommand("list.needs", () => {
    void queries
      .fetchQuery({ queryKey: ["attention", "first"], queryFn: () => told(api.GET("/me/attention")), staleTime: 0 })
      .then(({ items: [first] }) => (first === undefined ? tell({ text: say("list.empty_mine") }) : show(first.conversation.id)))
      .catch(() => tell({ text: say("list.bulk_failed"), tone: "bad" }));
  });
}
