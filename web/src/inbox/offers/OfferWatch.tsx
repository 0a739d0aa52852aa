/** Offers wherever somebody is: told once, with a sound; a card in the corner where the list is not to be seen. */

import { useEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useMe, useNow, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { useSounds } from "../../app/notices/useSounds";
import { flashTitle } from "../../app/notices/title";
import { useWidth } from "../../app/width";
import { useCommand } from "../../keys/Keys";
import { useTell } from "../../ui/Toasts";
import { offerCard } from "./focus";
import { OfferCard } from "./OfferCard";
import { endings, leftOf, offerKey, RING_EVERY_MS, RING_MS, type Offer } from "./rules";
import { answered, useOfferLine, useOffers } from "./useOffers";
import styles from "./Offers.module.css";

export function OfferWatch() {
  const [say, me] = [useSay(), useMe()];
  const offers = useOffers();
  useOfferLine(offers);
  const [, go] = useLocation();
  const place = usePlace();
  const first = offers[0];
  useCommand("offer.focus", () => !offerCard.focus() && go("/inbox"), first === undefined ? say("offers.none") : null);
  useEndings(offers);
  if (me.kind !== "agent") return null;
  return (
    <>
      <p className="visually-hidden" role="alert">
        {first && say("offers.title", { name: first.conversation.contact_name || say("inbox.nobody"), channel: channelName(first.conversation.channel, say) })}
      </p>
      {first && <Ringing key={offerKey(first)} offer={first} />}
      {first && place === "corner" && (
        <div className={styles["corner"]}>
          <OfferCard key={offerKey(first)} offer={first} more={offers.length - 1} />
        </div>
      )}
    </>
  );
}

/** On top of the list where that is seen; else in a corner, or on a phone above the page: there it would hide too much. */
function usePlace(): "list" | "corner" | "band" {
  const [location] = useLocation();
  const open = new URLSearchParams(useSearch()).get("c") !== null;
  const phone = useWidth() === "phone";
  if (location.startsWith("/inbox") && !(phone && open)) return "list";
  return phone ? "band" : "corner";
}

export function OfferBand() {
  const offers = useOffers();
  const first = offers[0];
  if (usePlace() !== "band" || first === undefined) return null;
  return <OfferCard key={offerKey(first)} offer={first} more={offers.length - 1} />;
}

/** A sound for half a minute at most, the title for as long as nobody looks, and ten seconds before the end a word. */
function Ringing({ offer }: { offer: Offer }) {
  const [say, now, sounds] = [useSay(), useNow(), useSounds()];
  const { name, channel } = { name: offer.conversation.contact_name || say("inbox.nobody"), channel: channelName(offer.conversation.channel, say) };
  const title = say("offers.title", { name, channel });
  useEffect(() => flashTitle(title), [title]);
  const ring = useRef(sounds.play);
  ring.current = sounds.play;
  const key = offerKey(offer);
  const until = Math.min(Date.parse(offer.until), Date.parse(offer.offered_at) + RING_MS);
  useEffect(() => {
    const again = () => Date.now() < until && void ring.current("offer", key, "offered");
    again();
    const timer = setInterval(again, RING_EVERY_MS);
    return () => clearInterval(timer);
  }, [key, until]);
  const { seconds } = leftOf(offer, now);
  return (
    <p className="visually-hidden" role="status">
      {seconds > 0 && seconds <= 10 ? say("offers.ten") : ""}
    </p>
  );
}

/** What was here and is gone without an answer of ours is told. */
function useEndings(offers: readonly Offer[]): void {
  const [say, tell] = [useSay(), useTell()];
  const [before, setBefore] = useState(offers);
  useEffect(() => {
    if (before === offers) return;
    for (const { offer, ending } of endings(before, offers, answered, Date.now()))
      tell({ text: say(`offers.${ending}`, { name: offer.conversation.contact_name || say("inbox.nobody") }), tone: "info" });
    setBefore(offers);
  }, [before, offers, say, tell]);
}
