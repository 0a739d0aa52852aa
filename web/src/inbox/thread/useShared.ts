/** What the lines of a thread share: stable, so that a message that comes draws nothing anew but itself. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, type RefObject } from "react";
import { told } from "../../api/client";
import { Problem } from "../../api/problem";
import { useApi, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { uuid7 } from "../../desk/ids";
import { useTell } from "../../ui/Toasts";
import { pieceOf } from "./entries";
import type { Pages } from "./pages";
import type { Shared } from "./shared";

const KEPT = 60 * 60_000;

export function useShared(conversation: Conversation, pages: RefObject<Pages>, reveal: (id: string) => void): Shared {
  const [api, say, tell] = [useApi(), useSay(), useTell()];
  const channels = useQuery({ queryKey: ["channels", "page"], queryFn: () => told(api.GET("/channels")), staleTime: KEPT }).data?.items;
  const { id, contact_id: contactId, contact_name: name, active_leg_id: activeLegId, channel } = conversation;
  // Legs change with every message that opens a window: what counts here is which there are.
  const legs = JSON.stringify(conversation.legs.map(({ id: leg, channel: on, address }) => [leg, on, address]));
  return useMemo(() => {
    const known = conversation.legs;
    const channelOf = (legId: string) => known.find((leg) => leg.id === legId)?.channel ?? channel;
    const path = { conversation_id: id };
    return {
      conversation: { id, contact_id: contactId, legs: known, active_leg_id: activeLegId },
      customer: name === "" ? say("inbox.nobody") : name,
      channelOf,
      can: (legId, what) => {
        const capabilities = channels?.find((each) => each.name === channelOf(legId))?.capabilities;
        if (capabilities === undefined) return false;
        return what === "reaction" ? capabilities.kinds_out.includes("reaction") : capabilities[what];
      },
      find: (entry) => pieceOf(pages.current.pieces, entry),
      all: () => pages.current.pieces,
      reveal,
      react: (message, emoji) => {
        const body = { client_id: uuid7(), kind: "reaction" as const, leg_id: message.leg_id, content: { target: message.id, emoji } };
        told(api.POST("/conversations/{conversation_id}/messages", { params: { path }, body })).catch((fault: unknown) =>
          tell({ text: fault instanceof Problem && fault.detail !== "" ? fault.detail : say("state.unreachable"), tone: "bad" }),
        );
      },
      retry: (message) => told(api.POST("/conversations/{conversation_id}/messages/{message_id}/retry", { params: { path: { ...path, message_id: message.id } } })),
    };
  }, [api, say, tell, channels, id, contactId, name, activeLegId, channel, legs, pages, reveal]);
}
