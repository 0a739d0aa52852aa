/** The threads of this desk that were read lately, and what reads some ahead. */

import { useCallback, useEffect, useMemo, useState } from "react";
import { told, type Api } from "../api/client";
import { useApi, useLiveDesk } from "../app/desk";
import type { LiveDesk } from "../live/desk";
import { Ahead, type Wanted } from "./ahead";
import { MOST_ENTRIES, Recent } from "./recent";

/** Another person has another desk. */
const KEPT = new WeakMap<LiveDesk, Recent>();

export function useRecent(): Recent {
  const live = useLiveDesk();
  let recent = KEPT.get(live);
  if (recent === undefined) KEPT.set(live, (recent = new Recent()));
  return recent;
}

async function readInto(recent: Recent, api: Api, id: string, signal: AbortSignal): Promise<void> {
  const params = { path: { conversation_id: id }, query: { limit: MOST_ENTRIES } };
  const page = await told(api.GET("/conversations/{conversation_id}/messages", { params, signal }));
  recent.keep({ conversation: page.conversation, entries: page.items, started: page.before === null });
}

/** What is followed is here already. */
export function useAhead(): Pick<Ahead, "near" | "away" | "likely"> {
  const [api, live, recent] = [useApi(), useLiveDesk(), useRecent()];
  const held = useCallback(({ id, version }: Wanted) => live.store.members.has(`conversation:${id}`) || recent.has(id, version), [live, recent]);
  const [ahead, setAhead] = useState<Ahead | null>(null);
  useEffect(() => {
    const made = new Ahead({ held, read: (id, signal) => readInto(recent, api, id, signal) });
    setAhead(made);
    return () => made.stop();
  }, [api, held, recent]);
  return useMemo(
    () => ({ near: (wanted) => ahead?.near(wanted), away: () => ahead?.away(), likely: (wanted) => ahead?.likely(wanted) }),
    [ahead],
  );
}
