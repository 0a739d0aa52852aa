/** What happens to a conversation makes parts of the panel be read anew; which ones, by the kinds of events. */

import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useFollow } from "../../app/desk";
import { screenKey } from "../../contact/queries";

export const PARTS = ["tasks", "promises", "side-threads", "clocks", "routing", "progress", "followers", "screen"] as const;
export type Part = (typeof PARTS)[number];

const BY_FAMILY: Readonly<Record<string, readonly Part[]>> = {
  task: ["tasks"],
  promise: ["promises", "routing", "progress"],
  side_thread: ["side-threads"],
  sla: ["clocks"],
  // Sent, received: clocks stop and start, the brief has other last words.
  message: ["clocks", "progress"],
  note: ["followers"],
  conversation: ["routing", "clocks", "progress", "promises", "followers", "screen"],
  contact: ["screen"],
};

export function partsOf(types: readonly string[]): Part[] {
  const parts = new Set(types.flatMap((type) => BY_FAMILY[type.split(".")[0] ?? ""] ?? []));
  return PARTS.filter((part) => parts.has(part));
}

export const partKey = (part: Part, conversationId: string): readonly string[] =>
  part === "screen" ? screenKey(conversationId) : ["case", conversationId, part];

export function useLiveCase(conversationId: string): void {
  const cache = useQueryClient();
  const begun = useRef(false);
  const anew = (parts: readonly Part[]) => {
    for (const part of parts) void cache.invalidateQueries({ queryKey: partKey(part, conversationId) });
  };
  useFollow({
    topics: [`conversation:${conversationId}`],
    changed: (_, happened) => anew(partsOf(happened.filter(({ data }) => isOf(data, conversationId)).map(({ type }) => type))),
    reset: () => {
      if (begun.current) anew(PARTS);
      begun.current = true;
    },
  });
}

/** What names another conversation is not for this panel; what names none may be. */
const isOf = (data: Record<string, unknown>, id: string): boolean => data["conversation_id"] === undefined || data["conversation_id"] === id;
