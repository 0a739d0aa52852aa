/** Playing a sound for a fact: by one tab alone, and not in quiet hours. */

import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { told } from "../../api/client";
import { useApi, useMe } from "../desk";
import { claim, turn } from "./claim";
import { isQuiet, type Sound } from "./classes";
import { speaker } from "./sounds";

export const preferencesKey = ["me", "notification-preferences"] as const;
/** All of these are of what the desk calls urgent. */
const URGENT = new Set<Sound>(["offer", "sla", "important"]);

export function usePreferences() {
  const [api, me] = [useApi(), useMe()];
  return useQuery({
    queryKey: preferencesKey,
    queryFn: () => told(api.GET("/me/notification-preferences")),
    enabled: me.kind === "agent",
    staleTime: 300_000,
  });
}

export function useSounds(): { play: (sound: Sound, fact: string) => void } {
  const { data } = usePreferences();
  const own = data?.preferences;
  const play = useCallback(
    (sound: Sound, fact: string) => {
      const silent = isQuiet(own?.quiet_hours, Date.now()) && !(own?.pierce === true && URGENT.has(sound));
      if (silent || !speaker.choice().on[sound]) return;
      void turn().then(async () => (await claim(`sound/${fact}`)) && speaker.play(sound));
    },
    [own],
  );
  return { play };
}
