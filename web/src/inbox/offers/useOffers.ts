/** What is offered to this agent now, live; and answering it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { told } from "../../api/client";
import { useApi, useFollow, useMe, useSay } from "../../app/desk";
import { conversationKey } from "../../desk/conversation";
import { useTell } from "../../ui/Toasts";
import { reasonOf } from "../actions/acts";
import { useGoing } from "../address";
import { offerKey, type Offer } from "./rules";

const KEY = ["me", "offers"] as const;
/** What an answer lost on the way would have told. */
const LOOK_AGAIN = 60_000;
const AFTER_END = 800;
const AGAIN = 2_000;
const EVENTS = new Set(["conversation.offered", "conversation.offer_ended"]);

export function useOffers(): readonly Offer[] {
  const [api, me] = [useApi(), useMe()];
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await told(api.GET("/me/offers"))).items,
    enabled: me.kind === "agent",
    refetchInterval: LOOK_AGAIN,
    refetchIntervalInBackground: true,
  });
  return data ?? NONE;
}

const NONE: readonly Offer[] = [];

/** Keeps them as they are: once, for the whole page. */
export function useOfferLine(offers: readonly Offer[]): void {
  const [me, queries] = [useMe(), useQueryClient()];
  const look = () => void queries.invalidateQueries({ queryKey: KEY });
  useFollow({
    topics: me.kind === "agent" ? [`work:${me.id}`] : [],
    changed: (_, happened) => happened.some(({ type, data: what }) => EVENTS.has(type) && (what as { agent_id?: unknown })["agent_id"] === me.id) && look(),
    reset: look,
  });
  const next = offers.map((each) => Date.parse(each.until)).sort((one, other) => one - other)[0];
  useEffect(() => {
    if (next === undefined) return undefined;
    // Until the desk has taken it back it is asked again.
    const again = () => {
      void queries.invalidateQueries({ queryKey: KEY });
      timer = setTimeout(again, AGAIN);
    };
    let timer = setTimeout(again, Math.max(0, next - Date.now()) + AFTER_END);
    return () => clearTimeout(timer);
  }, [next, queries]);
}

/** Answered here: nobody has to be told that they are gone. */
export const answered = new Set<string>();

export function useAnswer() {
  const [api, say, tell, queries] = [useApi(), useSay(), useTell(), useQueryClient()];
  const { show } = useGoing();
  const [location, go] = useLocation();
  const gone = (offer: Offer) => queries.setQueryData<Offer[]>(KEY, (all) => all?.filter((each) => offerKey(each) !== offerKey(offer)));
  const refused = (fault: unknown, offer: Offer) => {
    answered.delete(offerKey(offer));
    tell({ text: reasonOf(fault, say), tone: "bad" });
    void queries.invalidateQueries({ queryKey: KEY });
  };
  const path = (offer: Offer) => ({ path: { conversation_id: offer.conversation_id } });
  const accept = useMutation({
    mutationFn: (offer: Offer) => {
      answered.add(offerKey(offer));
      return told(api.POST("/conversations/{conversation_id}/offer/accept", { params: path(offer) }));
    },
    onSuccess: (conversation, offer) => {
      gone(offer);
      queries.setQueryData(conversationKey(conversation.id), conversation);
      if (location.startsWith("/inbox")) show(conversation.id);
      else go(`/inbox/mine?c=${conversation.id}`);
    },
    onError: refused,
  });
  const decline = useMutation({
    mutationFn: ({ offer, reason }: { offer: Offer; reason: string }) => {
      answered.add(offerKey(offer));
      return told(api.POST("/conversations/{conversation_id}/offer/decline", { params: path(offer), body: { reason } }));
    },
    onSuccess: (_, { offer }) => {
      gone(offer);
      tell({ text: say("offers.declined"), tone: "info" });
    },
    onError: (fault, { offer }) => refused(fault, offer),
  });
  return { accept, decline };
}
