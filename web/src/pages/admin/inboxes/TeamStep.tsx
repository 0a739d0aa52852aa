/** Who answers what comes by an inbox, and how long a message opens the same conversation again. */

import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { told } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { Select, TextField } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { Panel } from "../../../ui/Page";
import { errorOf } from "../parts/faults";
import { ItemForm, Fields } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { INBOXES, useTeams } from "./queries";
import type { InboxRow } from "./signs";

interface Draft {
  name: string;
  team_id: string | null;
  reopen_seconds: number;
}

const HOUR = 3_600;
const draftOf = (inbox: InboxRow): Draft => ({ name: inbox.name, team_id: inbox.team_id, reopen_seconds: inbox.reopen_seconds });

export function TeamStep({ inbox, onSaved }: { inbox: InboxRow; onSaved?: () => void }) {
  const [say, api, cache, teams] = [useSay(), useApi(), useQueryClient(), useTeams()];
  const path = { inbox_id: inbox.id };
  const item = useItem({
    key: `inbox/${inbox.id}/team`,
    stored: draftOf(inbox),
    version: inbox.version,
    save: (draft, version) => told(api.PATCH("/inboxes/{inbox_id}", { params: { path }, body: { ...draft, version } })),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/inboxes/{inbox_id}", { params: { path } }));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: () => {
      void cache.invalidateQueries({ queryKey: INBOXES });
      onSaved?.();
    },
  });
  const names: Record<keyof Draft, string> = {
    name: say("admin.name"),
    team_id: say("inboxes.team"),
    reopen_seconds: say("inboxes.reopen"),
  };
  return (
    <ItemForm item={item} nameOf={(field) => names[field]}>
      <Panel title={say("inboxes.step.team")}>
        <Fields>
          <TextField
            label={names.name}
            value={item.draft.name}
            onChange={(name) => item.change({ name })}
            maxLength={100}
            error={errorOf(item.refusal, "name")}
          />
          <Select
            label={names.team_id}
            hint={say("inboxes.team_hint")}
            value={item.draft.team_id ?? ""}
            onChange={(id) => item.change({ team_id: id === "" ? null : id })}
            choices={[{ id: "", label: say("inboxes.no_team") }, ...(teams.data ?? []).map(({ id, name }) => ({ id, label: name }))]}
          />
          <NumberField
            label={names.reopen_seconds}
            hint={say("inboxes.reopen_hint")}
            value={item.draft.reopen_seconds / HOUR}
            onChange={(hours) => item.change({ reopen_seconds: Math.round((hours ?? 0) * HOUR) })}
            min={0}
            max={2160}
            error={errorOf(item.refusal, "reopen_seconds")}
          />
        </Fields>
        <p>
          {say("inboxes.team_more")} <Link href="/admin/routing">{say("inboxes.to_routing")}</Link> ·{" "}
          <Link href="/admin/hours">{say("inboxes.to_hours")}</Link>
        </p>
      </Panel>
    </ItemForm>
  );
}
