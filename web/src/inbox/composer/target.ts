/** Where a reply goes now, of what the draft asks for and what the conversation has. */

import { useQuery } from "@tanstack/react-query";
import { told, type Schemas } from "../../api/client";
import { useApi } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { isBlank, type Draft } from "../../desk/draftWords";
import { wordsOf, type Target } from "./row";
import type { WindowOf } from "./window";
import type { Work } from "./work";

export type LegChoice = Schemas["LegChoiceView"];
export type Leg = Target & WindowOf & { template_needed: boolean };

export const legsKey = (id: string) => ["legs", id] as const;

export function activeLeg({ legs, active_leg_id }: Conversation): Leg | null {
  const leg = legs.find((each) => each.id === active_leg_id);
  if (leg === undefined) return null;
  const { id, channel, address, inbox_id, window_open, window_closes_at } = leg;
  return { legId: id, channel, address, inboxId: inbox_id, active: true, window_open, window_closes_at, template_needed: !window_open };
}

const legOf = (choice: LegChoice): Leg => ({
  legId: choice.leg_id,
  channel: choice.channel,
  address: choice.address,
  inboxId: choice.inbox_id,
  active: choice.place === "active",
  window_open: choice.window_open,
  window_closes_at: choice.window_closes_at,
  template_needed: choice.template_needed,
});

/** All ways to reach the customer, for the words as they are now; asked for while `asked`. */
export function useLegs(work: Work, asked: boolean) {
  const api = useApi();
  const { conversation, drafts, mode } = work;
  const { id } = conversation;
  const params = { path: { conversation_id: id } };
  return useQuery({
    queryKey: [...legsKey(id), conversation.active_leg_id],
    queryFn: () => {
      const draft = drafts.get(id, mode);
      if (mode === "note" || isBlank(draft)) return told(api.GET("/conversations/{conversation_id}/legs", { params }));
      return told(api.POST("/conversations/{conversation_id}/legs/check", { params, body: bodyOf(draft) as never }));
    },
    enabled: asked,
    staleTime: 0,
  });
}

function bodyOf(draft: Draft) {
  const attachments = draft.files.map(({ name, mime, size }) => ({ name, mime: mime || "application/octet-stream", size_bytes: Math.max(1, size) }));
  const nowhere: Target = { legId: "", channel: "", address: "", inboxId: "", active: false };
  return { ...wordsOf(draft, nowhere, {}), leg_id: null, reply_to: null, content: {}, purpose: "service", attachments };
}

/** Null: it is looked up, or there is no such leg any more. */
export function useTarget(work: Work): Leg | null {
  const { conversation, draft } = work;
  const active = activeLeg(conversation);
  const elsewhere = draft.legId !== null && draft.legId !== active?.legId ? draft.legId : null;
  const legs = useLegs(work, elsewhere !== null);
  if (elsewhere === null) return active;
  const choice = legs.data?.items.find((each) => each.leg_id === elsewhere);
  return choice === undefined ? (legs.isPending ? null : active) : legOf(choice);
}

/** Whether a channel takes templates, as the desk tells of its channels. */
export function useTemplates(channel: string): boolean {
  const api = useApi();
  const channels = useQuery({ queryKey: ["channels"], queryFn: async () => (await told(api.GET("/channels"))).items, staleTime: Infinity });
  return channels.data?.find(({ name }) => name === channel)?.capabilities.templates ?? false;
}
