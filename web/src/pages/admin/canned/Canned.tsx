/** Canned responses: texts that are kept, in several languages, for whom they are. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../../api/client";
import { channelName } from "../../../app/channels";
import { useApi, useSay } from "../../../app/desk";
import { Select } from "../../../ui/fields";
import type { Column } from "../../../ui/DataTable";
import { AREA_NEW, type AreaProps } from "../areas";
import { useTeams } from "../inboxes/queries";
import { ListPage } from "../parts/ListPage";
import form from "../parts/parts.module.css";
import { CannedPage, NewCanned } from "./CannedPage";

export type CannedText = Schemas["CannedView"];
export type Scope = Schemas["TextScope"];
export const CANNED = ["canned-responses"];
export const SCOPES: readonly Scope[] = ["all", "team", "personal"];

export default function Canned({ id, base }: AreaProps) {
  if (id === undefined) return <List base={base} />;
  return id === AREA_NEW ? <NewCanned base={base} /> : <CannedPage id={id} base={base} />;
}

/** One owner's texts: everybody's, a team's, one's own. */
export function useScope() {
  const teams = useTeams();
  const [scope, setScope] = useState<Scope>("all");
  const [team, setTeam] = useState("");
  const teamId = team || (teams.data?.[0]?.id ?? "");
  const query = { scope, ...(scope === "team" && teamId !== "" ? { team_id: teamId } : {}) };
  return { scope, setScope, teamId, setTeam, teams, query, isReady: scope !== "team" || teamId !== "" };
}

export function ScopeFields({ owner }: { owner: ReturnType<typeof useScope> }) {
  const say = useSay();
  return (
    <div className={form["toolbar"]}>
      <Select
        label={say("canned.for")}
        value={owner.scope}
        onChange={owner.setScope}
        choices={SCOPES.map((id) => ({ id, label: say(`canned.scope.${id}`) }))}
      />
      {owner.scope === "team" && (
        <Select
          label={say("inboxes.team")}
          value={owner.teamId}
          onChange={owner.setTeam}
          choices={(owner.teams.data ?? []).map(({ id, name }) => ({ id, label: name }))}
        />
      )}
    </div>
  );
}

function List({ base }: { base: string }) {
  const [say, api, owner] = [useSay(), useApi(), useScope()];
  const texts = useQuery({
    queryKey: [...CANNED, owner.query],
    enabled: owner.isReady,
    queryFn: async () => (await told(api.GET("/canned-responses", { params: { query: { ...owner.query, limit: 300 } } }))).items,
  });
  const columns: Column<CannedText>[] = [
    { id: "shortcut", title: say("canned.shortcut"), cell: (row) => <code>/{row.shortcut}</code> },
    { id: "body", title: say("canned.body"), cell: (row) => (row.body.length > 90 ? `${row.body.slice(0, 90)}…` : row.body) },
    { id: "languages", title: say("canned.languages"), cell: (row) => Object.keys(row.variants).join(", ") },
    { id: "channels", title: say("canned.channels"), cell: (row) => row.channels.map((channel) => channelName(channel, say)).join(", ") },
    { id: "used", title: say("canned.used"), number: true, cell: (row) => row.used },
  ];
  return (
    <ListPage
      title={say("area.canned")}
      query={texts}
      keyOf={(row) => row.id}
      nameOf={(row) => row.title}
      nameTitle={say("canned.title")}
      hrefOf={(row) => `${base}/${row.id}`}
      wordsOf={(row) => [row.title, row.shortcut, row.body, ...Object.values(row.variants)]}
      columns={columns}
      newHref={`${base}/${AREA_NEW}`}
      newText={say("canned.new")}
      icon="text"
      emptyTitle={say("canned.none")}
      emptyText={say("canned.none_more")}
    >
      <ScopeFields owner={owner} />
    </ListPage>
  );
}
