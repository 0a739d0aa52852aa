/** Putting a conversation aside: until a time, or until the customer writes. */

import { useState } from "react";
import { useFormats, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { RadioCards, Select, TextField } from "../../ui/fields";
import { useActs } from "./acts";
import { FormDialog } from "./FormDialog";
import { apart, fieldFrom, momentFrom, presetTime, type Preset } from "./times";
import styles from "./actions.module.css";

type Choice = Preset | "own";
const WAKES = ["any_inbound", "time", "vip_inbound"] as const;
type Wake = (typeof WAKES)[number];

export function Snooze({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [say, formats, acts] = [useSay(), useFormats(), useActs(conversation)];
  const [now] = useState(() => new Date());
  const [choice, choose] = useState<Choice>("tomorrow");
  const [typed, setTyped] = useState(() => fieldFrom(presetTime("tomorrow", now)));
  const [wake, setWake] = useState<Wake>("any_inbound");
  const own = choice === "own" ? momentFrom(typed, now) : null;
  const until = own ?? presetTime(choice as Preset, now);
  const error = typeof own === "string" ? say(`actions.time.${own}`) : undefined;
  const send = async () => {
    if (typeof until === "string") return false;
    const text = say("actions.done.snoozed", { time: formats.dateTime(until) });
    await acts.status({ status: "snoozed", snoozed_until: until.toISOString(), wake_on: choice === "reply" ? "any_inbound" : wake }, text);
    return true;
  };
  const choices = [
    ...apart(now).map((id) => ({ id: id as Choice, label: say(`actions.snooze.${id}`), note: formats.dateTime(presetTime(id, now)) })),
    { id: "own" as Choice, label: say("actions.snooze.own") },
  ];
  return (
    <FormDialog title={say("actions.snooze.title")} send={say("actions.snooze.send")} onSend={send} onClose={onClose} isReady={typeof until !== "string"}>
      <RadioCards label={say("actions.snooze.until")} choices={choices} value={choice} onChange={choose} />
      {choice === "own" && <TextField label={say("actions.snooze.at")} type="datetime-local" value={typed} onChange={setTyped} error={error} isRequired />}
      {choice !== "reply" && (
        <Select
          label={say("actions.snooze.wake")}
          choices={WAKES.map((id) => ({ id, label: say(`actions.wake.${id}`) }))}
          value={wake}
          onChange={setWake}
        />
      )}
      <p className={styles["meta"]}>{say("actions.snooze.hint")}</p>
    </FormDialog>
  );
}
