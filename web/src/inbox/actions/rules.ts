/** What can be done with a conversation as it stands, and why not: known before anybody asks the desk. */

import type { Conversation } from "../../desk/conversation";
import type { TextId } from "../../i18n/texts";

export const ACTS = [
  "resolve", "reopen", "snooze", "assign", "assign.me", "transfer", "escalate", "de_escalate", "give_back", "take_over", "hand_back",
  "labels", "priority", "follow", "merge", "split", "transcript",
] as const;
export type Act = (typeof ACTS)[number];

/** Who asks: an agent's id, and whether they may do what supervisors do. */
export interface Asker {
  id: string;
  supervisor: boolean;
}

type Rule = (conversation: Conversation, asker: Asker) => TextId | null;

const open: Rule = ({ status }) => (status === "open" ? null : "actions.not.open");
const unresolved: Rule = ({ status }) => (status === "resolved" ? "actions.not.resolved" : null);
const supervisors: Rule = (_, { supervisor }) => (supervisor ? null : "actions.not.supervisor");

/** The first that objects. Absent: nothing stands in the way but a merge. */
const RULES: Partial<Record<Act, readonly Rule[]>> = {
  resolve: [unresolved],
  reopen: [({ status }) => (status === "open" ? "actions.not.open_already" : null)],
  snooze: [unresolved],
  "assign.me": [({ assignee_id }, { id }) => (assignee_id === id ? "actions.not.mine_already" : null)],
  escalate: [open],
  de_escalate: [open, ({ tier }) => (tier === null ? "actions.not.escalated" : null)],
  give_back: [({ assignee_id }) => (assignee_id === null ? "actions.not.anybodys" : null), open],
  take_over: [supervisors, unresolved, ({ assignee_id }, { id }) => (assignee_id === id ? "actions.not.mine_already" : null)],
  hand_back: [supervisors, ({ taken_over }) => (taken_over === null ? "actions.not.taken_over" : null)],
  split: [({ last_message }) => (last_message === null ? "actions.not.said" : null)],
};
/** These can be read of what has gone into another one too. */
const READING = new Set<Act>(["transcript", "follow"]);

export function refusalOf(act: Act, conversation: Conversation, asker: Asker): TextId | null {
  if (conversation.merged_into !== null && !READING.has(act)) return "actions.not.merged";
  for (const rule of RULES[act] ?? []) {
    const objection = rule(conversation, asker);
    if (objection !== null) return objection;
  }
  return null;
}

/** In the menu it is left out where the role never has it, or it makes no sense beside its opposite. */
export function isOffered(act: Act, conversation: Conversation, asker: Asker): boolean {
  if (act === "take_over") return asker.supervisor && conversation.taken_over === null;
  if (act === "hand_back") return asker.supervisor && conversation.taken_over !== null;
  if (act === "resolve") return conversation.status !== "resolved";
  if (act === "reopen") return conversation.status !== "open";
  if (act === "de_escalate") return conversation.tier !== null;
  return true;
}

export interface StatusWish {
  status: Conversation["status"];
  snoozed_until?: string | null;
  wake_on?: Conversation["wake_on"] | null;
  keep_owner?: boolean;
}

/** What brings back how it stood, with whom it stood, there or not. A snooze whose time has come is open by now. */
export function statusBefore({ status, snoozed_until, wake_on }: Conversation, now: number): StatusWish {
  if (status !== "snoozed") return { status, keep_owner: true };
  if (snoozed_until === null || Date.parse(snoozed_until) <= now) return { status: "open", keep_owner: true };
  return { status, snoozed_until, wake_on };
}
