/** Playing a sound for a fact: by one tab alone, and not in quiet hours. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { told, type Api, type Schemas } from "../../api/client";
import { useApi, useMe } from "../desk";
import { claim, turn } from "./claim";
import { isQuiet, type Kind, type Sound } from "./classes";
import { speaker } from "./sounds";

const preferencesKey = ["me", "notification-preferences"] as const;
const CHANGED = "parley.notices";

type Read = Schemas["chalicelib.api.notifications.PreferencesView"];

const preferencesOf = (api: Api) => ({
  queryKey: preferencesKey,
  queryFn: () => told(api.GET("/me/notification-preferences")),
  staleTime: 300_000,
});

export function usePreferences() {
  const [api, me] = [useApi(), useMe()];
  return useQuery({ ...preferencesOf(api), enabled: me.kind === "agent" });
}

/** Stored here: shown at once, and other tabs read them anew, for their sounds are as loud. */
export function useStored(): (stored: Read) => void {
  const queries = useQueryClient();
  return (stored) => {
    queries.setQueryData(preferencesKey, stored);
    const tabs = new BroadcastChannel(CHANGED);
    tabs.postMessage(stored.version);
    tabs.close();
  };
}

export function useReadAnew(): () => void {
  const queries = useQueryClient();
  return useCallback(() => void queries.invalidateQueries({ queryKey: preferencesKey }), [queries]);
}

/** Once for the whole page. */
export function useOtherTabs(): void {
  const again = useReadAnew();
  useEffect(() => {
    const tabs = new BroadcastChannel(CHANGED);
    tabs.onmessage = again;
    return () => tabs.close();
  }, [again]);
}

export function useSounds(): { play: (sound: Sound, fact: string, kind: Kind) => Promise<void> } {
  const [api, me, queries] = [useApi(), useMe(), useQueryClient()];
  const play = useCallback(
    async (sound: Sound, fact: string, kind: Kind) => {
      if (!speaker.choice().on[sound]) return;
      // A page that has just been opened does not know yet whether these are quiet hours; nor where they were changed.
      const read = () => queries.fetchQuery({ ...preferencesOf(api), retry: false });
      const own = me.kind === "agent" ? await read().catch(() => queries.getQueryData<Read>(preferencesKey) ?? null) : null;
      if (own !== null && isQuiet(own.preferences.quiet_hours, Date.now()) && !(own.preferences.pierce && own.urgent.includes(kind))) return;
      await turn({ mute: speaker.mute() });
      if (await claim(`sound/${fact}`)) await speaker.play(sound);
    },
    [api, me.kind, queries],
  );
  return { play };
}
