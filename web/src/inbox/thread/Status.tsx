/** How far a message of ours has come: a shape and a word for each step; what went wrong, and what can be done. */

import { useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { Problem } from "../../api/problem";
import { useFormats, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { saySo } from "../../desk/bus";
import type { Message } from "../../desk/conversation";
import { Button } from "../../ui/Button";
import { useTell } from "../../ui/Toasts";
import { useThread } from "./shared";
import { tickOf, waysOut, type Tick } from "./ticks";
import styles from "./status.module.css";

const MARKS: Record<Tick, string> = {
  waiting: "M8 3.5v4.5l3 1.5M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13",
  uncertain: "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1V10M8 12.2v.1M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13",
  sent: "m3 8.5 3.2 3.2L13 5",
  delivered: "m1 8.5 3.2 3.2L11 5M8.2 11.2l.6.5L15.5 5",
  read: "m1 8.5 3.2 3.2L11 5M8.2 11.2l.6.5L15.5 5",
  failed: "M8 4v5M8 11.8v.1M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13",
};

export function TickMark({ tick }: { tick: Tick }) {
  return (
    <span className={styles["mark"]} data-tick={tick}>
      <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={MARKS[tick]} />
      </svg>
    </span>
  );
}

export function Status({ message }: { message: Message }) {
  const [say, { can }] = [useSay(), useThread()];
  const tick = tickOf(message);
  if (tick === null) return null;
  const silent = tick === "sent" && !can(message.leg_id, "delivered") && !can(message.leg_id, "read");
  return (
    <div className={styles["status"]} data-tick={tick}>
      {tick === "failed" && <Failed message={message} />}
      {tick === "uncertain" && <Uncertain message={message} />}
      <DialogTrigger>
        <AriaButton className={styles["state"] ?? ""} data-testid="tick">
          <TickMark tick={tick} />
          <span>{say(`thread.tick.${tick}`)}</span>
          {silent && <span className="visually-hidden">{say("thread.tick.no_reports")}</span>}
        </AriaButton>
        <Popover className={styles["popover"] ?? ""} placement="bottom end">
          <Dialog className={styles["details"] ?? ""} aria-label={say("thread.details.title")}>
            <Details message={message} silent={silent} />
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}

const ORDER = ["queued", "sending", "sent", "delivered", "read"] as const;

function Details({ message, silent }: { message: Message; silent: boolean }) {
  const [say, formats, { channelOf, conversation }] = [useSay(), useFormats(), useThread()];
  const leg = conversation.legs.find(({ id }) => id === message.leg_id);
  const marks = Object.entries(message.marks).sort(([, one], [, other]) => Date.parse(one) - Date.parse(other));
  return (
    <dl>
      <Line name={say("thread.details.channel")} value={`${channelName(channelOf(message.leg_id), say)} ${leg?.address ?? ""}`} />
      <Line name={say("thread.details.attempt")} value={formats.number(message.attempt)} />
      <Line name={say("thread.details.written")} value={formats.dateTime(message.occurred_at)} />
      {marks.map(([name, at]) => {
        const known = ORDER.find((each) => each === name);
        return <Line key={name} name={known === undefined || known === "queued" || known === "sending" ? name : say(`thread.tick.${known}`)} value={`${formats.date(at)} ${formats.clock(at)}`} />;
      })}
      {message.failure && (
        <>
          <Line name={say("thread.tick.failed")} value={`${formats.date(message.failure.at)} ${formats.clock(message.failure.at)}`} />
          <Line name={say("thread.details.reason")} value={message.failure.detail} />
          <Line name={say("thread.details.code")} value={`${message.failure.code} (${message.failure.failure})`} />
        </>
      )}
      {message.rendered_as && <Line name={say("thread.details.rendered")} value={message.rendered_as.text || message.rendered_as.kind} />}
      {message.external_id !== null && <Line name={say("thread.details.external")} value={message.external_id} />}
      {silent && <p>{say("thread.tick.no_reports")}</p>}
    </dl>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function Failed({ message }: { message: Message }) {
  const [say, { conversation }] = [useSay(), useThread()];
  const ways = waysOut(message.failure?.failure);
  const edit = () => saySo("compose", { conversationId: conversation.id, mode: "reply", text: message.text, focus: true });
  const elsewhere = () => {
    if (message.text !== "") edit();
    saySo("legs", { conversationId: conversation.id });
  };
  return (
    <div className={styles["failed"]} role="group" aria-label={say("thread.failed.what")}>
      <p>{say("thread.failed.why", { reason: message.failure?.detail || "–" })}</p>
      <div className={styles["ways"]}>
        {ways.retry && <Again message={message} />}
        {ways.elsewhere && <Button onPress={elsewhere}>{say("thread.failed.elsewhere")}</Button>}
        {ways.edit && message.text !== "" && <Button onPress={edit}>{say("thread.failed.edit")}</Button>}
      </div>
    </div>
  );
}

function Uncertain({ message }: { message: Message }) {
  const say = useSay();
  return (
    <div className={styles["failed"]} data-tone="warn" role="group" aria-label={say("thread.tick.uncertain")}>
      <p>{say("thread.failed.uncertain")}</p>
      <div className={styles["ways"]}>
        <Again message={message} />
      </div>
    </div>
  );
}

function Again({ message }: { message: Message }) {
  const [say, tell, { retry }] = [useSay(), useTell(), useThread()];
  const [busy, setBusy] = useState(false);
  const again = async () => {
    setBusy(true);
    try {
      await retry(message);
    } catch (fault) {
      const said = fault instanceof Problem && fault.detail !== "" ? fault.detail : say("state.unreachable");
      tell({ text: say("thread.failed.not_again", { reason: said }), tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button icon="refresh" isDisabled={busy} onPress={() => void again()}>
      {say("thread.failed.again")}
    </Button>
  );
}
