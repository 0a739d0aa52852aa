/** Sends what is written at another time: the reader's clock, beside it the customer's. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { told } from "../../api/client";
import { channelName } from "../../app/channels";
import { useApi, useFormats, useSay } from "../../app/desk";
import { uuid7 } from "../../desk/ids";
import { isReady } from "../../desk/uploads";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import { Checkbox } from "../../ui/inputs";
import { useTell } from "../../ui/Toasts";
import type { Checking } from "./check";
import { legWords } from "./legWords";
import { reasonOf } from "./refusals";
import { wordsOf } from "./row";
import { fieldTime, fromField, proposals, scheduledKey } from "./scheduled";
import type { Leg } from "./target";
import { useContact } from "./useContact";
import { useWork } from "./work";
import styles from "./Composer.module.css";

const NAMES = { hour: "composer.in_an_hour", tomorrow: "composer.tomorrow", monday: "composer.monday" } as const;

export function ScheduleDialog({ leg, checking, onClose }: { leg: Leg | null; checking: Checking; onClose: () => void }) {
  const [say, formats] = [useSay(), useFormats()];
  const { blank, draft, conversation } = useWork();
  const [text, setText] = useState(() => fieldTime(proposals(new Date())[0]?.at ?? new Date()));
  const [unlessAnswered, setUnless] = useState(true);
  const at = fromField(text);
  const past = at !== null && at.getTime() <= Date.now();
  const zone = useContact(conversation.contact_id).data?.time_zone ?? null;
  const theirs = useFormats(zone ?? undefined);
  const schedule = useSchedule(leg, checking, onClose);
  const waits = draft.files.some((file) => !isReady(file));
  const unusable = useUnusable(leg, checking);
  const problem = blank ? say("composer.schedule_blank") : (unusable ?? (waits ? say("composer.files_wait") : null));
  return (
    <Dialog title={say("composer.schedule")} isOpen onClose={onClose}>
      <div className={styles["form"]}>
        <div className={styles["ways"]} role="group" aria-label={say("composer.proposed_times")}>
          {proposals(new Date()).map(({ id, at: when }) => (
            <Button key={id} onPress={() => setText(fieldTime(when))}>
              {say(NAMES[id], { time: formats.time(when) })}
            </Button>
          ))}
        </div>
        <TextField
          type={"datetime-local" as "text"}
          label={say("composer.schedule_when")}
          value={text}
          onChange={setText}
          error={past ? say("composer.schedule_past") : undefined}
          hint={at !== null && zone !== null ? say("composer.schedule_theirs", { time: theirs.dateTime(at), zone }) : undefined}
        />
        {leg !== null && !leg.active && <p>{say("composer.schedule_moves", { channel: channelName(leg.channel, say), address: leg.address })}</p>}
        <Checkbox label={say("composer.schedule_unless")} isSelected={unlessAnswered} onChange={setUnless} />
        <blockquote dir="auto">{draft.text}</blockquote>
        {problem !== null && <p role="status">{problem}</p>}
        {schedule.error !== null && <p role="alert">{reasonOf(schedule.error, say)}</p>}
        <div className={styles["ways"]}>
          <Button kind="primary" icon="schedule" isPending={schedule.isPending} isDisabled={at === null || past || problem !== null} onPress={() => at !== null && schedule.mutate({ at, unlessAnswered })}>
            {say("composer.schedule_send")}
          </Button>
          <Button onPress={onClose}>{say("composer.cancel")}</Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Later too, nothing goes where the conversation has never been, nor where it may not go now. */
function useUnusable(leg: Leg | null, { verdict }: Checking): string | null {
  const [say, formats] = [useSay(), useFormats()];
  const { conversation } = useWork();
  if (leg === null || leg.active) return null;
  if (!conversation.legs.some(({ id }) => id === leg.legId)) return say("composer.schedule_elsewhere");
  return verdict?.fits === false && verdict.why !== null ? legWords(verdict.why, verdict.channel, say, formats) : null;
}

function useSchedule(leg: Leg | null, checking: Checking, onClose: () => void) {
  const [api, say, tell, client, formats] = [useApi(), useSay(), useTell(), useQueryClient(), useFormats()];
  const { conversation, drafts, mode } = useWork();
  // The same words again are scheduled once.
  const [clientId] = useState(() => uuid7());
  return useMutation({
    mutationFn: ({ at, unlessAnswered }: { at: Date; unlessAnswered: boolean }) => {
      const draft = drafts.get(conversation.id, mode);
      const target = leg ?? { legId: "", channel: "", address: "", inboxId: "", active: true };
      const words = wordsOf(draft, target, { split: checking.split, asLink: checking.asLink });
      const attachments = draft.files.flatMap((file) => file.upload ?? []);
      const version = drafts.versionOf(conversation.id, mode);
      const body = { ...words, client_id: clientId, attachments, send_at: at.toISOString(), unless_answered: unlessAnswered, draft_version: version };
      return told(api.POST("/conversations/{conversation_id}/scheduled", { params: { path: { conversation_id: conversation.id } }, body: body as never }));
    },
    onSuccess: ({ send_at, warning }) => {
      drafts.sent(conversation.id, mode);
      drafts.accepted(conversation.id);
      void client.invalidateQueries({ queryKey: scheduledKey(conversation.id) });
      tell(warning === null ? { text: say("composer.schedule_done", { time: formats.dateTime(send_at) }), tone: "ok" } : { text: warning.detail, tone: "bad" });
      onClose();
    },
  });
}
