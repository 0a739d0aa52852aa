/** One of the two: its field, its files, what stands in the way, and the button that sends it. */

import { lazy, Suspense, useEffect, useId, useState, type DragEvent } from "react";
import { channelName } from "../../app/channels";
import { useMe, useSay, atLeast } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import type { Mode } from "../../desk/draftWords";
import { LockBanner, MovedOn, NewerDraft, Quote, WhoSees } from "./Banners";
import { useCheck } from "./check";
import { Counter, Fit } from "./Counter";
import { enterSends, useEnterChoice } from "./enter";
import { Field } from "./Field";
import { Files } from "./Files";
import { LegPicker } from "./LegPicker";
import { useTyping } from "./lock";
import { MailFields } from "./MailFields";
import { ScheduledBar } from "./ScheduledBar";
import { SendButton, type Way } from "./SendButton";
import { useTarget, useTemplates, type LegChoice } from "./target";
import { Tools } from "./Tools";
import { useAttach } from "./useAttach";
import { useSending } from "./useSending";
import { useTaking, type Opened } from "./useTaking";
import { useLeft, Window } from "./Window";
import { useNewWork, WorkProvider, type Work } from "./work";
import { Whisper } from "./Whisper";
import styles from "./Composer.module.css";

const Dialogs = lazy(() => import("./Dialogs"));

interface Props {
  conversation: Conversation;
  mode: Mode;
  /** Grows when the field is to have the focus. */
  focus: number;
  toMode: (mode: Mode) => void;
}

export function Editor(props: Props) {
  const work = useNewWork(props.conversation, props.mode);
  return (
    <WorkProvider value={work}>
      <Frame {...props} work={work} />
    </WorkProvider>
  );
}

function Frame({ conversation, mode, focus, toMode, work }: Props & { work: Work }) {
  const [say, me] = [useSay(), useMe()];
  const note = mode === "note";
  const leg = useTarget(work);
  const checking = useCheck(work, note ? null : leg);
  const { typed, stopped } = useTyping(conversation.id, mode);
  const sending = useSending(work, leg, checking, stopped);
  const sends = enterSends(useEnterChoice(), leg?.channel ?? "", mode);
  const attach = useAttach();
  const [opened, setOpened] = useState<(Opened & { leg?: LegChoice }) | null>(null);
  const [picking, setPicking] = useState(false);
  const [over, setOver] = useState(false);
  const take = useTaking({ leg, open: setOpened, toMode });
  const why = useId();
  useEffect(() => {
    if (focus > 0) work.field.current?.focus();
  }, [focus, work.field]);

  const left = useLeft(note ? null : leg);
  const channel = leg === null ? "" : channelName(leg.channel, say);
  const name = conversation.contact_name || say("inbox.nobody");
  const label = note ? say("composer.note_label", { name }) : say("composer.reply_label", { name, channel });
  const isClosed = !note && leg !== null && left !== null && !left.open;
  const templates = useTemplates(leg?.channel ?? "");
  const blocked = sending.blocked ?? (isClosed ? say("composer.window_closed", { channel }) : null);
  const unfit = !note && checking.verdict !== null && !checking.verdict.fits;
  const ways: Way[] = [
    ...(templates ? [{ id: "template", text: say("composer.use_template"), icon: "table" as const, run: () => setOpened({ what: "template" }) }] : []),
    { id: "leg", text: say("composer.other_channel"), icon: "out", run: () => setPicking(true) },
    { id: "note", text: say("composer.write_note"), icon: "lock", run: () => toMode("note") },
  ];
  const more: Way[] = [
    { id: "resolve", text: say(note ? "composer.add_and_resolve" : "composer.send_and_resolve"), icon: "done", run: () => sending.send({ resolve: true }) },
    ...(note ? [] : [{ id: "schedule", text: say("composer.schedule"), icon: "schedule" as const, run: () => setOpened({ what: "schedule" }) }]),
  ];
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    attach([...event.dataTransfer.files]);
  };
  return (
    <div
      role="group"
      aria-label={label}
      className={styles["editor"]}
      data-over={over}
      onDragOver={(event) => {
        if (![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false)}
      onDrop={drop}
    >
      <div className={styles["banners"]}>
        {!note && <LockBanner />}
        {!note && <MovedOn />}
        <NewerDraft newer={work.drafts.newerOf(conversation.id)} />
      </div>
      <div className={styles["head"]}>
        {!note && <LegPicker leg={leg} isOpen={picking} setOpen={setPicking} onTemplate={(choice) => setOpened({ what: "template", leg: choice })} />}
        {!note && leg !== null && <Window leg={leg} />}
        <WhoSees channel={leg?.channel ?? null} address={leg?.address ?? ""} moves={leg !== null && !leg.active} />
        {note && atLeast(me.role, "supervisor") && <Whisper />}
      </div>
      {!note && leg?.channel === "email" && <MailFields address={leg.address} />}
      <Quote />
      <Field
        label={label}
        channel={leg?.channel ?? null}
        sends={sends}
        describedBy={why}
        onTyped={typed}
        onSend={(resolve) => !isClosed && sending.send({ resolve })}
        onTake={(item, asked) => void take(item, asked)}
      />
      <div className={styles["banners"]}>
        <Files />
        <Fit id={why} checking={checking} blocked={isClosed || sending.asked ? blocked : null} />
      </div>
      {!note && <ScheduledBar />}
      <div className={styles["foot"]}>
        <Tools templates={templates} open={setOpened} />
        <Counter verdict={note ? null : checking.verdict} />
        <SendButton
          text={note ? say("composer.add_note") : say("composer.send", { channel })}
          icon={note ? "lock" : "send"}
          describedBy={why}
          blocked={work.blank || (unfit && checking.verdict?.text === work.draft.text)}
          note={note}
          onSend={() => sending.send()}
          more={more}
          closed={isClosed ? { text: say("composer.choose_way", { name }), ways } : null}
        />
      </div>
      {opened !== null && (
        <Suspense fallback={null}>
          <Dialogs opened={opened} leg={leg} sending={sending} checking={checking} onClose={() => setOpened(null)} />
        </Suspense>
      )}
    </div>
  );
}
