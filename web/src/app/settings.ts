/** What somebody chose for themselves, kept at the desk: it is there on another machine too. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { told, type Schemas } from "../api/client";
import { again } from "../api/queries";
import { useTell } from "../ui/Toasts";
import { useApi, useMe, useSay } from "./desk";

export type Value = string | number | boolean;
export type Settings = Readonly<Record<string, Value>>;
/** Null forgets one. */
export type Changes = Readonly<Record<string, Value | null>>;

type Me = Schemas["MeView"];
export const meKey = ["me"];
const CHANGING = ["settings"];

export function withChanges(settings: Settings, changes: Changes): Settings {
  return Object.fromEntries(Object.entries({ ...settings, ...changes }).filter((each): each is [string, Value] => each[1] !== null));
}

/** A change holds at once, and is sent after those before it; one that the desk does not take is told. */
export function useSettings(): { settings: Settings; change: (changes: Changes) => void } {
  const [api, queries, say, tell] = [useApi(), useQueryClient(), useSay(), useTell()];
  const { settings } = useMe();
  const { mutate } = useMutation({
    mutationKey: CHANGING,
    scope: { id: "settings" },
    mutationFn: (changes: Changes) => told(api.PATCH("/me", { body: { settings: changes } })),
    retry: again,
    onMutate: async (changes) => {
      await queries.cancelQueries({ queryKey: meKey, exact: true });
      queries.setQueryData<Me>(meKey, (me) => me && { ...me, settings: withChanges(me.settings, changes) });
    },
    // What was chosen after it is shown already.
    onSuccess: (me) => void (queries.isMutating({ mutationKey: CHANGING }) === 1 && queries.setQueryData<Me>(meKey, me)),
    onError: () => tell({ text: say("state.not_kept"), tone: "bad" }),
  });
  return { settings, change: mutate };
}
