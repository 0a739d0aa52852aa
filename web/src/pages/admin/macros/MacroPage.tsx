/** One macro: its actions in their order, and what they would do with a conversation now. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { told, type Schemas } from "../../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../../app/desk";
import { Page } from "../../../ui/Page";
import { AsyncBoundary, Notice, Skeleton } from "../../../ui/states";
import { ConfirmDelete } from "../parts/ConfirmDelete";
import { ItemForm } from "../parts/ItemForm";
import { useItem } from "../parts/useItem";
import { isWhole, type Action } from "./action";
import { MacroForm } from "./MacroForm";
import { MacroTry } from "./MacroTry";
import { MACROS, type Macro } from "./Macros";

export interface Draft {
  name: string;
  description: string;
  actions: Action[];
  scope: Schemas["TextScope"];
  team_id: string | null;
}

const draftOf = ({ name, description, actions, scope, team_id }: Macro): Draft => ({
  name,
  description,
  actions: actions as unknown as Action[],
  scope,
  team_id,
});

export function NewMacro({ base }: { base: string }) {
  const [say, api, cache, me] = [useSay(), useApi(), useQueryClient(), useMe()];
  const [, go] = useLocation();
  const scope = atLeast(me.role, "supervisor") ? "all" : "personal";
  const item = useItem<Draft, Macro>({
    key: "macros/new",
    stored: { name: "", description: "", actions: [], scope, team_id: null },
    version: 0,
    isNew: true,
    save: (draft) => told(api.POST("/macros", { body: draft })),
    onSaved: (answer) => {
      void cache.invalidateQueries({ queryKey: MACROS });
      go(`${base}/${answer.id}`);
    },
  });
  return (
    <Page title={say("macros.new")}>
      <ItemForm item={item} missing={useMissing(item.draft)}>
        <MacroForm item={item} />
      </ItemForm>
    </Page>
  );
}

function useMissing({ name, actions }: Draft): string | undefined {
  const say = useSay();
  if (name.trim() === "") return say("macros.no_name");
  if (actions.length === 0) return say("macros.no_actions");
  return actions.every(isWhole) ? undefined : say("macros.not_whole");
}

export function MacroPage({ id, base }: { id: string; base: string }) {
  const [say, api] = [useSay(), useApi()];
  const macro = useQuery({
    queryKey: [...MACROS, id],
    queryFn: () => told(api.GET("/macros/{macro_id}", { params: { path: { macro_id: id } } })),
  });
  return (
    <Page title={macro.data?.name ?? say("area.macros")}>
      <AsyncBoundary query={macro} loading={<Skeleton lines={4} height={76} />}>
        {(found) => (
          <>
            {found.editable ? <Edit macro={found} base={base} /> : <Notice icon="lock" tone="warn" title={say("state.denied")} />}
            <MacroTry macro={found} />
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Edit({ macro, base }: { macro: Macro; base: string }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const path = { macro_id: macro.id };
  const item = useItem<Draft, Macro>({
    key: `macros/${macro.id}`,
    stored: draftOf(macro),
    version: macro.version,
    save: ({ team_id, ...draft }, version) =>
      told(
        api.PATCH("/macros/{macro_id}", {
          params: { path },
          body: { ...draft, ...(draft.scope === "team" && team_id ? { team_id } : {}), version },
        }),
      ),
    taken: (answer) => ({ stored: draftOf(answer), version: answer.version }),
    reread: async () => {
      const now = await told(api.GET("/macros/{macro_id}", { params: { path } }));
      return { stored: draftOf(now), version: now.version };
    },
    onSaved: () => void cache.invalidateQueries({ queryKey: MACROS }),
  });
  return (
    <ItemForm
      item={item}
      missing={useMissing(item.draft)}
      aside={
        <ConfirmDelete
          name={macro.name}
          remove={() => told(api.DELETE("/macros/{macro_id}", { params: { path } }))}
          onRemoved={() => {
            item.discard();
            void cache.invalidateQueries({ queryKey: MACROS });
            go(base);
          }}
        >
          <p>{say("macros.delete_text")}</p>
        </ConfirmDelete>
      }
    >
      <MacroForm item={item} />
    </ItemForm>
  );
}
