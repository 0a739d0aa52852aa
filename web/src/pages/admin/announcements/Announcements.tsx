/** What supervisors tell everybody: the list, a new one, one with its receipts. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useLocation } from "wouter";
import { told } from "../../../api/client";
import { useApi, useFormats, useNow, useSay } from "../../../app/desk";
import { Page } from "../../../ui/Page";
import type { AreaProps } from "../areas";
import { every, namesOf, useTeams } from "../kit/people";
import { ItemForm } from "../parts/ItemForm";
import { ListPage } from "../parts/ListPage";
import { useItem } from "../parts/useItem";
import { AnnouncementFields } from "./AnnouncementFields";
import { AnnouncementPage } from "./AnnouncementPage";
import { bodyOf, EMPTY, isWhole, stateOf } from "./announcement";

export const ANNOUNCEMENTS = ["admin", "announcements"];

export default function Announcements({ id, base }: AreaProps) {
  if (id === "new") return <NewOne base={base} />;
  return id === undefined ? <List base={base} /> : <AnnouncementPage id={id} base={base} />;
}

function List({ base }: { base: string }) {
  const [say, api, formats, teams, now] = [useSay(), useApi(), useFormats(), useTeams(), useNow(60_000)];
  const query = useQuery({
    queryKey: ANNOUNCEMENTS,
    queryFn: () => every((page) => told(api.GET("/announcements", { params: { query: page } }))),
  });
  return (
    <ListPage
      title={say("area.announcements")}
      query={query}
      keyOf={(one) => one.id}
      nameOf={(one) => one.title}
      nameTitle={say("announce.title")}
      hrefOf={(one) => `${base}/${one.id}`}
      wordsOf={(one) => [one.title, one.body, one.author_name]}
      toneOf={(one) => (one.level === "critical" && stateOf(one, now) === "now" ? "bad" : undefined)}
      columns={[
        { id: "state", title: say("announce.state"), cell: (one) => say(`announce.state.${stateOf(one, now)}`) },
        { id: "level", title: say("announce.level"), cell: (one) => say(`announce.level.${one.level}`) },
        { id: "teams", title: say("announce.teams"), cell: (one) => namesOf(one.team_ids, teams.data ?? []).join(" · ") || say("announce.everybody") },
        { id: "starts", title: say("announce.starts"), cell: (one) => formats.dateTime(one.starts_at) },
        { id: "ends", title: say("announce.ends"), cell: (one) => formats.dateTime(one.ends_at) },
        { id: "author", title: say("announce.author"), cell: (one) => one.author_name },
      ]}
      icon="info"
      emptyTitle={say("announce.none")}
      emptyText={say("announce.none_more")}
      newHref={`${base}/new`}
      newText={say("announce.new")}
    />
  );
}

function NewOne({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  // The same until it is stored: sent again after a broken line, it is not told twice.
  const client = useRef(crypto.randomUUID());
  const item = useItem({
    key: `${base}/new`,
    stored: EMPTY,
    version: 0,
    isNew: true,
    save: (draft) => told(api.POST("/announcements", { body: bodyOf(draft, client.current) })),
    onSaved: (made) => {
      void cache.invalidateQueries({ queryKey: ANNOUNCEMENTS });
      go(`${base}/${made.id}`);
    },
  });
  return (
    <Page title={say("announce.new")}>
      <ItemForm item={item} missing={isWhole(item.draft) ? undefined : say("announce.missing")}>
        <AnnouncementFields item={item} />
      </ItemForm>
    </Page>
  );
}
