/** Inboxes: the list with each one's health, a new one, and the page of one. */

import { useSay } from "../../../app/desk";
import { channelName } from "../../../app/channels";
import type { Column } from "../../../ui/DataTable";
import { AREA_NEW, type AreaProps } from "../areas";
import { ListPage } from "../parts/ListPage";
import { InboxPage } from "./InboxPage";
import { LastEvent, Light } from "./Light";
import { NewInbox } from "./NewInbox";
import { useInboxes, useTeams } from "./queries";
import { lightOf, worryOf, type InboxRow } from "./signs";

export default function Inboxes({ id, base }: AreaProps) {
  if (id === undefined) return <List base={base} />;
  return id === AREA_NEW ? <NewInbox base={base} /> : <InboxPage id={id} base={base} />;
}

function List({ base }: { base: string }) {
  const [say, inboxes, teams] = [useSay(), useInboxes(), useTeams()];
  const teamOf = (row: InboxRow) => teams.data?.find((team) => team.id === row.team_id)?.name ?? "";
  const columns: Column<InboxRow>[] = [
    { id: "channel", title: say("inboxes.channel"), cell: (row) => channelName(row.channel, say) },
    { id: "health", title: say("inboxes.health"), cell: (row) => <Light inbox={row} /> },
    { id: "last", title: say("inboxes.last"), cell: (row) => <LastEvent inbox={row} /> },
    { id: "team", title: say("inboxes.team"), cell: teamOf },
    { id: "account", title: say("inboxes.account"), cell: (row) => <code>{row.account_id}</code> },
  ];
  return (
    <ListPage
      title={say("area.inboxes")}
      query={inboxes}
      keyOf={(row) => row.id}
      nameOf={(row) => row.name}
      nameTitle={say("admin.name")}
      hrefOf={(row) => `${base}/${row.id}`}
      wordsOf={(row) => [row.name, channelName(row.channel, say), row.account_id, teamOf(row)]}
      columns={columns}
      toneOf={(row) => tone(row)}
      newHref={`${base}/${AREA_NEW}`}
      newText={say("inboxes.new")}
      icon="inbox"
      emptyTitle={say("inboxes.none")}
      emptyText={say("inboxes.none_more")}
    />
  );
}

function tone(row: InboxRow): "bad" | "warn" | undefined {
  const light = lightOf(worryOf(row, Date.now()));
  return light === "bad" || light === "warn" ? light : undefined;
}
