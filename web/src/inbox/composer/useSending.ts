/** From the field to the outbox: why it does not go yet, and the moment in which it does. */

import { useMemo, useState } from "react";
import { useSay } from "../../app/desk";
import { isReady } from "../../desk/uploads";
import { outbox } from "../../desk/outbox";
import { saySo } from "../../desk/bus";
import type { Checking } from "./check";
import { rowOf, type Choices } from "./row";
import { useSeen } from "./seen";
import { openPlace } from "./suggest";
import type { Leg } from "./target";
import type { Work } from "./work";

export interface SendingNow {
  /** Why it does not go, as a sentence; null: nothing is in the way. */
  blocked: string | null;
  /** Tried and refused by ourselves: shown from then on. */
  asked: boolean;
  send: (choices?: Choices) => void;
}

export function useSending(work: Work, leg: Leg | null, checking: Checking, stopped: () => void): SendingNow {
  const say = useSay();
  const seen = useSeen(work);
  const [asked, setAsked] = useState(false);
  const { drafts, conversation, mode, draft, field } = work;
  const { verdict, split, asLink } = checking;

  const reason = (): string | null => {
    const now = drafts.get(conversation.id, mode);
    const place = openPlace(now.text);
    if (place !== null) return say("composer.fill_in", { name: place.name });
    if (mode === "reply" && leg === null) return say("composer.leg_looking");
    return now.files.some((file) => !isReady(file)) ? say("composer.files_wait") : null;
  };
  const blocked = useMemo(reason, [draft, draft.text, verdict, leg, say, mode]);

  const send = (choices: Choices = {}) => {
    const now = drafts.get(conversation.id, mode);
    const why = choices.template === undefined ? reason() : null;
    const unfit = mode === "reply" && choices.template === undefined && verdict !== null && !verdict.fits && verdict.text === now.text;
    const nothing = choices.template === undefined && now.text.trim() === "" && now.files.length === 0;
    if (why !== null || unfit) setAsked(true);
    if (why !== null || unfit || nothing) return;
    performance.mark("parley.send");
    const target = choices.template?.target ?? leg ?? { legId: "", channel: "", address: "", inboxId: "", active: true };
    const draftVersion = choices.template === undefined ? drafts.versionOf(conversation.id, mode) : null;
    outbox.send(rowOf(now, target, { split, asLink, ...choices, seen: seen.now(), draftVersion }, Date.now()));
    saySo("sent", { conversationId: conversation.id });
    stopped();
    setAsked(false);
    if (choices.template !== undefined) return;
    drafts.sent(conversation.id, mode);
    if (field.current !== null) field.current.value = "";
    field.current?.focus();
  };
  return { blocked, asked, send };
}
