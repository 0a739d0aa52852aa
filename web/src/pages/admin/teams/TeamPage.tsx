/** One team: its name, members, queue, and the inboxes that lead to it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { told } from "../../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { TextField } from "../../../ui/fields";
import { Page, Panel } from "../../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../../ui/states";
import { KEYS, useInboxes, type Team } from "../kit/people";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { errorOf } from "../parts/faults";
import { ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { Members } from "./Members";
import { QueueMode } from "./QueueMode";
import styles from "./Teams.module.css";

export function TeamPage({ id, base }: { id: string; base: string }) {
  const [say, api, me] = [useSay(), useApi(), useMe()];
  const query = useQuery({
    queryKey: [...KEYS.teams, id],
    queryFn: () => told(api.GET("/teams/{team_id}", { params: { path: { team_id: id } } })),
  });
  const isAdmin = atLeast(me.role, "admin");
  return (
    <Page title={query.data?.name ?? say("area.teams")}>
      <AsyncBoundary query={query} loading={<Skeleton lines={4} height={32} />}>
        {(team) => (
          <>
            {isAdmin && <Name team={team} base={base} />}
            <Panel title={say("teams.members")}>
              <Members team={team} />
            </Panel>
            <Panel title={say("teams.queue")}>
              <QueueMode team={team} />
            </Panel>
            <Panel title={say("teams.inboxes")}>
              <Inboxes team={team} />
            </Panel>
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Name({ team, base }: { team: Team; base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const path = { params: { path: { team_id: team.id } } };
  const item = useItem({
    key: `${base}/${team.id}`,
    stored: { name: team.name },
    version: team.version,
    save: ({ name }, version) => told(api.PATCH("/teams/{team_id}", { ...path, body: { name: name.trim(), version } })),
    taken: (answer) => ({ stored: { name: answer.name }, version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/teams/{team_id}", path));
      return { stored: { name: now.name }, version: now.version };
    },
    onSaved: () => void cache.invalidateQueries({ queryKey: ["admin"] }),
  });
  return (
    <ItemForm
      item={item}
      missing={item.draft.name.trim() === "" ? say("people.name_first") : undefined}
      aside={
        <ConfirmDelete
          name={team.name}
          remove={() => told(api.DELETE("/teams/{team_id}", path))}
          onRemoved={() => {
            go(base);
            void cache.invalidateQueries({ queryKey: KEYS.teams, exact: true });
          }}
        >
          {say("teams.delete_more")}
        </ConfirmDelete>
      }
    >
      <TextField label={say("teams.name")} value={item.draft.name} onChange={(name) => item.change({ name })} maxLength={100} error={errorOf(item.refusal, "name")} />
    </ItemForm>
  );
}

function Inboxes({ team }: { team: Team }) {
  const [say, inboxes] = [useSay(), useInboxes()];
  return (
    <AsyncBoundary query={inboxes}>
      {(all) => {
        const own = all.filter((inbox) => inbox.team_id === team.id);
        if (own.length === 0) return <p className={styles["note"]}>{say("teams.no_inboxes")}</p>;
        return (
          <ul className={styles["list"]}>
            {own.map((inbox) => (
              <li key={inbox.id}>
                <Link href={`/admin/inboxes/${inbox.id}`}>{inbox.name}</Link>
              </li>
            ))}
          </ul>
        );
      }}
    </AsyncBoundary>
  );
}
