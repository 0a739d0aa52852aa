/** What goes out later, and the times that are proposed for it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi } from "../../app/desk";

export type Scheduled = Schemas["ScheduledView"];

const FRESH = 30_000;

export const scheduledKey = (id: string) => ["scheduled", id] as const;

export function useScheduled(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: scheduledKey(id),
    queryFn: () => told(api.GET("/conversations/{conversation_id}/scheduled", { params: { path: { conversation_id: id } } })),
    staleTime: FRESH,
    refetchInterval: (query) => (query.state.data?.items.some(({ state }) => state === "scheduled" || state === "sending") ? FRESH : false),
  });
}

export function useCancel(id: string) {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: (scheduledId: string) =>
      told(api.DELETE("/conversations/{conversation_id}/scheduled/{scheduled_id}", { params: { path: { conversation_id: id, scheduled_id: scheduledId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: scheduledKey(id) }),
  });
}

/** A time as a field of the browser writes it: without a zone, which is the reader's own. */
export function fieldTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function fromField(text: string): Date | null {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? null : at;
}

const HOUR = 3_600_000;

/** In an hour, tomorrow at nine, on Monday at nine: by the reader's clock. */
export function proposals(now: Date): Array<{ id: "hour" | "tomorrow" | "monday"; at: Date }> {
  const nine = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { id: "hour", at: new Date(Math.ceil((now.getTime() + HOUR) / 60_000) * 60_000) },
    { id: "tomorrow", at: nine(1) },
    ...(untilMonday > 1 ? [{ id: "monday" as const, at: nine(untilMonday) }] : []),
  ];
}
