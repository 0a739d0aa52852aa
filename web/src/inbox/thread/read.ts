/** The read mark: told once the newest thing the customer said was in sight for a moment, in a window that somebody
 * looks at. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { told } from "../../api/client";
import { useApi } from "../../app/desk";
import { conversationKey, type Conversation } from "../../desk/conversation";

const LOOKED_AT = 600;

function useLookedAt(): boolean {
  const look = () => document.visibilityState === "visible" && document.hasFocus();
  const [looked, setLooked] = useState(look);
  useEffect(() => {
    const told = () => setLooked(look());
    const events = ["focus", "blur"] as const;
    for (const each of events) window.addEventListener(each, told);
    document.addEventListener("visibilitychange", told);
    return () => {
      for (const each of events) window.removeEventListener(each, told);
      document.removeEventListener("visibilitychange", told);
    };
  }, []);
  return looked;
}

/** Say whether the newest one is in sight. */
export function useRead({ id, unread, merged_into: gone }: Conversation): (inSight: boolean) => void {
  const [api, cache] = [useApi(), useQueryClient()];
  const [inSight, setInSight] = useState(false);
  const looked = useLookedAt();
  const due = inSight && looked && unread > 0 && gone === null;
  useEffect(() => {
    if (!due) return undefined;
    const timer = setTimeout(() => {
      told(api.POST("/conversations/{conversation_id}/read", { params: { path: { conversation_id: id } } }))
        .then((view) => cache.setQueryData(conversationKey(id), view))
        // It is told again with the next message, or when the conversation is opened anew.
        .catch(() => undefined);
    }, LOOKED_AT);
    return () => clearTimeout(timer);
  }, [api, cache, due, id, unread]);
  return useCallback((seen: boolean) => setInSight(seen), []);
}
