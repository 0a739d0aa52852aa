/** Conversations offered to this agent, on top of the list; the one that ends first is shown. */

import { OfferCard } from "./OfferCard";
import { offerKey } from "./rules";
import { useOffers } from "./useOffers";

export function Offers() {
  const offers = useOffers();
  const first = offers[0];
  return first === undefined ? null : <OfferCard key={offerKey(first)} offer={first} more={offers.length - 1} />;
}
