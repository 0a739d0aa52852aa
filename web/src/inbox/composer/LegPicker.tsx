/** Where to answer: every way to reach the customer, the desk's order, with what speaks for each and what forbids it. */

import { useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { channelName } from "../../app/channels";
import { useFormats, useSay } from "../../app/desk";
import { useHear } from "../../desk/bus";
import { useCommand } from "../../keys/Keys";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { Icon } from "../../ui/Icon";
import { AsyncBoundary, Skeleton } from "../../ui/states";
import { LegRefused } from "./LegRefused";
import { legWords, type Why } from "./legWords";
import { useLegs, type Leg, type LegChoice } from "./target";
import { useWork } from "./work";
import styles from "./Options.module.css";

interface Props {
  leg: Leg | null;
  onTemplate: (leg: LegChoice) => void;
  isOpen: boolean;
  setOpen: (open: boolean) => void;
}

export function LegPicker({ leg, onTemplate, isOpen, setOpen }: Props) {
  const say = useSay();
  const work = useWork();
  useCommand("compose.leg", () => setOpen(true));
  useHear("legs", ({ conversationId }) => conversationId === work.conversation.id && setOpen(true));
  const name = leg === null ? say("composer.leg_looking") : channelName(leg.channel, say);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <AriaButton className={styles["legButton"] ?? ""}>
        {leg !== null && <ChannelBadge channel={leg.channel} silent />}
        <span className={styles["legName"]}>{say("composer.via", { channel: name })}</span>
        <span className="visually-hidden">{say("composer.leg_label", { address: leg?.address ?? "" })}</span>
        <Icon name="down" size={16} />
      </AriaButton>
      <Popover className={styles["popover"] ?? ""} placement="top start">
        <Dialog className={styles["pop"] ?? ""} aria-label={say("composer.leg_title")}>
          <Legs
            chosen={leg?.legId ?? ""}
            onChoose={(choice) => {
              work.change({ legId: choice.place === "active" ? null : choice.leg_id });
              setOpen(false);
            }}
            onTemplate={(choice) => {
              setOpen(false);
              onTemplate(choice);
            }}
          />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

interface LegsProps {
  chosen: string;
  onChoose: (choice: LegChoice) => void;
  onTemplate: (choice: LegChoice) => void;
}

function Legs({ chosen, onChoose, onTemplate }: LegsProps) {
  const say = useSay();
  const legs = useLegs(useWork(), true);
  const [refused, setRefused] = useState<string | null>(null);
  return (
    <AsyncBoundary query={legs} loading={<Skeleton lines={3} height={32} />} isEmpty={({ items }) => items.length === 0} empty={<p>{say("composer.leg_none")}</p>}>
      {({ items, best_leg_id }) => {
        const looked = items.find((each) => each.leg_id === refused);
        return (
          <>
            <ListBox
              aria-label={say("composer.leg_title")}
              className={styles["options"] ?? ""}
              autoFocus
              selectionMode="single"
              selectedKeys={[chosen]}
              disallowEmptySelection
              onSelectionChange={(keys) => {
                const choice = items.find((each) => each.leg_id === [...keys][0]);
                if (choice?.usable) onChoose(choice);
                else setRefused(choice?.leg_id ?? null);
              }}
              items={items}
              dependencies={[best_leg_id, refused]}
            >
              {(choice) => <LegRow id={choice.leg_id} choice={choice} best={choice.leg_id === best_leg_id} />}
            </ListBox>
            {looked !== undefined && !looked.usable && <LegRefused choice={looked} onTemplate={() => onTemplate(looked)} />}
          </>
        );
      }}
    </AsyncBoundary>
  );
}

/** What the row shows by itself is not said again. */
const SHOWN = new Set(["active", "window_open", "charged", "attested", "verified", "free"]);

/** What speaks for it, and what forbids it. The list knows it by its `id`, wherever it stands. */
function LegRow({ id, choice, best }: { id: string; choice: LegChoice; best: boolean }) {
  const [say, formats] = [useSay(), useFormats()];
  const name = channelName(choice.channel, say);
  const words = (each: Why) => legWords(each, choice.channel, say, formats);
  const why = choice.usable ? choice.reasons.filter(({ code, points }) => points !== 0 && !SHOWN.has(code)).map(words) : choice.refusals.map(words);
  const left = choice.window_open && choice.window_closes_at !== null ? Date.parse(choice.window_closes_at) - Date.now() : null;
  return (
    <ListBoxItem id={id} textValue={`${name} ${choice.address}`} className={styles["option"] ?? ""} data-refused={!choice.usable}>
      <span className={styles["legTop"]}>
        <ChannelBadge channel={choice.channel} silent />
        <span className={styles["legName"]}>
          {name} <bdi>{choice.address}</bdi>
        </span>
        {choice.place === "active" && <span className={styles["tag"]}>{say("composer.leg_active")}</span>}
        {best && choice.place !== "active" && <span className={styles["tag"]}>{say("composer.leg_best")}</span>}
        {!choice.usable && (
          <span className={styles["tag"]} data-tone="bad">
            <Icon name="lock" size={16} />
            {say("composer.leg_refused")}
          </span>
        )}
      </span>
      <span className={styles["why"]}>
        {[
          say(choice.verified ? "composer.leg_verified" : "composer.leg_unverified"),
          ...(left === null ? [] : [say("composer.window_left_short", { time: formats.duration(left) })]),
          ...(choice.cost === "charged" ? [say("composer.leg_charged")] : []),
          ...why,
        ].join(" · ")}
      </span>
    </ListBoxItem>
  );
}
