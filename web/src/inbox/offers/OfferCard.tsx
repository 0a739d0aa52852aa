/** One conversation that is offered: who, why, how long there is. The focus is never taken. */

import { useEffect, useRef } from "react";
import { Menu, MenuItem, MenuTrigger, Popover, ProgressBar } from "react-aria-components";
import { useFormats, useNow, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { Button } from "../../ui/Button";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { Icon } from "../../ui/Icon";
import { offerCard } from "./focus";
import { digits, leftOf, type Offer } from "./rules";
import { useAnswer } from "./useOffers";
import { useWhy } from "./useWhy";
import styles from "./Offers.module.css";

const REASONS = ["busy", "skill", "language", "leaving", "none"] as const;

export function OfferCard({ offer, more }: { offer: Offer; more: number }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow()];
  const { accept, decline } = useAnswer();
  const card = useRef<HTMLElement>(null);
  useEffect(() => offerCard.here(card.current), []);
  const { conversation, units, attempt } = offer;
  const { sentence, language } = useWhy(offer);
  const name = conversation.contact_name || say("inbox.nobody");
  const busy = accept.isPending || decline.isPending;
  const waited = conversation.waiting_since === null ? null : formats.duration(now - Date.parse(conversation.waiting_since));
  const facts = [
    language,
    say("offers.units", { n: units }),
    waited === null ? null : say("offers.waits", { time: waited }),
    attempt > 1 ? say("offers.attempt", { n: attempt - 1 }) : null,
    conversation.priority === "normal" ? null : say(`actions.priority.${conversation.priority}`),
    ...conversation.labels,
  ].filter((each) => each !== null);
  const refuse = (id: (typeof REASONS)[number]) => decline.mutate({ offer, reason: id === "none" ? "" : say(`offers.reason.${id}`) });
  return (
    <section ref={card} className={styles["card"]} aria-label={say("offers.region")}>
      <header className={styles["head"]}>
        <ChannelBadge channel={conversation.channel} silent />
        <h2 className={styles["name"]}>
          <bdi>{name}</bdi>
          <span className={styles["channel"]}>{channelName(conversation.channel, say)}</span>
        </h2>
      </header>
      {conversation.last_message && (
        <p className={styles["words"]} dir="auto">
          {conversation.last_message.preview}
        </p>
      )}
      <p className={styles["facts"]}>{facts.join(" · ")}</p>
      {sentence !== null && <p className={styles["facts"]}>{sentence}</p>}
      <TimeLeft offer={offer} now={now} />
      <div className={styles["answers"]}>
        <Button kind="primary" icon="check" isDisabled={busy} onPress={() => accept.mutate(offer)} aria-label={say("offers.accept_name", { name })}>
          {say("offers.accept")}
        </Button>
        <MenuTrigger>
          <Button isDisabled={busy} icon="close" aria-label={say("offers.decline_name", { name })}>
            {say("offers.decline")}
          </Button>
          <Popover className={styles["popover"] ?? ""}>
            <Menu aria-label={say("offers.why")} className={styles["menu"] ?? ""} onAction={(id) => refuse(id as (typeof REASONS)[number])}>
              {REASONS.map((id) => (
                <MenuItem key={id} id={id} className={styles["item"] ?? ""}>
                  {say(`offers.reason.${id}`)}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
      {more > 0 && <p className={styles["facts"]}>{say("offers.more", { n: more })}</p>}
    </section>
  );
}

/** The bar and digits tick; what is read aloud is the time by which to answer. */
function TimeLeft({ offer, now }: { offer: Offer; now: number }) {
  const [say, formats] = [useSay(), useFormats()];
  const { seconds, share } = leftOf(offer, now);
  return (
    <ProgressBar aria-label={say("offers.left_label")} value={Math.round(share * 100)} valueLabel={formats.clock(offer.until)} className={styles["left"] ?? ""}>
      <span className={styles["track"]} aria-hidden="true">
        <span className={styles["bar"]} style={{ inlineSize: `${share * 100}%` }} data-low={seconds <= 10} />
      </span>
      <span className={styles["digits"]} aria-hidden="true">
        <Icon name="clock" size={16} />
        {digits(seconds)}
      </span>
    </ProgressBar>
  );
}
