/** Offers: how long there is to answer, and what became of one that is gone. */

import type { Schemas } from "../../api/client";

export type Offer = Schemas["OfferView"];

/** One offer of a conversation is told from the next one by when it was made. */
export const offerKey = ({ conversation_id, offered_at }: Pick<Offer, "conversation_id" | "offered_at">): string => `${conversation_id}@${offered_at}`;

export interface Left {
  /** Whole seconds, rounded up: 0 is over. */
  seconds: number;
  /** Of the time there was, from 1 to 0. */
  share: number;
}

export function leftOf({ offered_at, until }: Pick<Offer, "offered_at" | "until">, now: number): Left {
  const [from, to] = [Date.parse(offered_at), Date.parse(until)];
  const left = Math.max(0, to - now);
  return { seconds: Math.ceil(left / 1000), share: to > from ? Math.min(1, left / (to - from)) : 0 };
}

/** Digits as on a clock: 0:07, 12:30. */
export const digits = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** The desk may take an offer back a moment before its time by our clock. */
const NEARLY = 1_500;

export type Ending = "missed" | "over";

/** What to say of those that were here before and are not any more, and were not answered here. */
export function endings(before: readonly Offer[], after: readonly Offer[], answered: ReadonlySet<string>, now: number): Array<{ offer: Offer; ending: Ending }> {
  const still = new Set(after.map(offerKey));
  return before
    .filter((offer) => !still.has(offerKey(offer)) && !answered.has(offerKey(offer)))
    .map((offer) => ({ offer, ending: Date.parse(offer.until) - NEARLY <= now ? "missed" : "over" }));
}

/** A sound goes on for so long at most. */
export const RING_MS = 30_000;
export const RING_EVERY_MS = 3_000;
