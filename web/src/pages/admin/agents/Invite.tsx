/** Somebody new: an account with a role and teams; the invitation goes out, or a password is shown once. */

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { told, type Schemas } from "../../../api/client";
import { useApi, useSay } from "../../../app/desk";
import { meKey } from "../../../app/settings";
import { TextField } from "../../../ui/fields";
import { Checkbox } from "../../../ui/inputs";
import { Page } from "../../../ui/Page";
import { errorOf } from "../parts/faults";
import { Fields, ItemForm, Whole } from "../parts/ItemForm";
import { OnceDialog } from "../parts/OnceDialog";
import { useItem } from "../parts/useItem";
import { RoleAndTeams } from "./RoleAndTeams";
import { isAddress } from "./person";

type Created = Schemas["AgentCreated"];

const EMPTY = { name: "", email: "", role: "agent" as Schemas["Role"], team_ids: [] as string[], invite: true };

export function Invite({ base }: { base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const [made, setMade] = useState<Created | null>(null);
  const item = useItem({
    key: `${base}/new`,
    stored: EMPTY,
    version: 0,
    isNew: true,
    save: (draft) => told(api.POST("/agents", { body: { ...draft, name: draft.name.trim(), email: draft.email.trim() } })),
    onSaved: (created) => {
      void cache.invalidateQueries({ queryKey: ["admin"] });
      // It may be oneself: the first administrator becomes an agent so.
      void cache.invalidateQueries({ queryKey: meKey, exact: true });
      if (created.temporary_password === null) go(`${base}/${created.id}`);
      else setMade(created);
    },
  });
  const { draft, change, refusal } = item;
  const missing = draft.name.trim() === "" || !isAddress(draft.email) ? say("people.missing") : undefined;
  return (
    <Page title={say("agents.invite")}>
      <ItemForm item={item} missing={missing}>
        <Fields>
          <TextField label={say("agents.name")} value={draft.name} onChange={(name) => change({ name })} maxLength={100} autoComplete="off" error={errorOf(refusal, "name")} />
          <TextField
            label={say("agents.email")}
            type="email"
            value={draft.email}
            onChange={(email) => change({ email })}
            maxLength={254}
            autoComplete="off"
            error={errorOf(refusal, "email")}
          />
          <Whole>
            <RoleAndTeams draft={draft} change={change} />
            <Checkbox label={say("agents.send_invitation")} hint={say("agents.send_hint")} isSelected={draft.invite} onChange={(invite) => change({ invite })} />
          </Whole>
        </Fields>
      </ItemForm>
      {made && (
        <OnceDialog
          title={say("agents.password_title", { name: made.name })}
          secrets={[{ label: say("agents.password"), value: made.temporary_password ?? "" }]}
          onClose={() => go(`${base}/${made.id}`)}
        >
          <p>{say("agents.password_more")}</p>
        </OnceDialog>
      )}
    </Page>
  );
}
