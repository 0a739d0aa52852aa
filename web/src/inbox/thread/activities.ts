/** Changes the desk noted, as sentences. What is not known yet is told in the words that came with it. */

import type { Note } from "../../desk/conversation";
import type { IconName } from "../../ui/Icon";
import type { Say } from "../../i18n/texts";

export interface Names {
  say: Say;
  nameOf: (id: string) => string;
  /** What the channel of a leg is called. */
  channelOf: (legId: string) => string;
  dateTime: (at: string) => string;
  /** The contact of the conversation. */
  customer: string;
}

type Facts = Record<string, unknown>;
type Tell = (facts: Facts, who: string, names: Names, note: Note) => string;

export interface Activity {
  text: string;
  icon: IconName;
  /** Why, in somebody's own words. */
  reason: string | null;
  /** Another conversation that it is about. */
  conversationId: string | null;
}

const word = (value: unknown): string => (typeof value === "string" ? value : "");
const words = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === "string") : []);
const count = (value: unknown): number => (typeof value === "number" ? value : 0);

const assigned: Tell = (facts, who, { say, nameOf }, note) => {
  const [owner, team] = [word(facts["assignee_id"]), word(facts["team_id"])];
  if (facts["returned"] === true) return say("thread.act.returned", { who });
  if (owner !== "" && owner === note.author_id) return say("thread.act.assigned_self", { who });
  if (owner !== "") return say("thread.act.assigned", { who, owner: nameOf(owner) });
  if (team !== "") return say("thread.act.assigned_team", { who, team: nameOf(team) });
  return say("thread.act.unassigned", { who });
};

const STATUSES = new Set(["open", "pending", "snoozed", "resolved"]);
const PRIORITIES = new Set(["low", "normal", "high", "urgent"]);

const status: Tell = (facts, who, { say }) => {
  const now = word(facts["status"]);
  if (facts["reason"] === "customer_silent") return say("thread.act.closed_silent");
  return STATUSES.has(now) ? say(`thread.act.status_${now as "open"}`, { who }) : "";
};

const priority: Tell = (facts, who, { say }) => {
  const now = word(facts["priority"]);
  return PRIORITIES.has(now) ? say(`thread.act.priority_${now as "low"}`, { who }) : "";
};

const labelled: Tell = (facts, who, { say }) => {
  const [added, removed] = [words(facts["added"]), words(facts["removed"])];
  const values = { who, added: added.join(", "), removed: removed.join(", "), n: added.length, m: removed.length };
  if (added.length > 0 && removed.length > 0) return say("thread.act.relabelled", values);
  return added.length > 0 ? say("thread.act.labelled", values) : say("thread.act.unlabelled", values);
};

const escalated: Tell = (facts, who, { say }) => {
  const tier = word(facts["tier"]);
  if (facts["down"] === true) return say(tier === "" ? "thread.act.de_escalated_out" : "thread.act.de_escalated", { who, tier });
  return say("thread.act.escalated", { who, tier });
};

const scheduled = (id: "thread.act.schedule_cancelled" | "thread.act.schedule_failed"): Tell => (facts, who, { say, dateTime }) =>
  say(id, { who, time: dateTime(word(facts["send_at"])) });

const TELL: Readonly<Record<string, readonly [IconName, Tell]>> = {
  "conversation.assigned": ["person", assigned],
  "conversation.status_changed": ["check", status],
  "conversation.priority_changed": ["up", priority],
  "conversation.labelled": ["label", labelled],
  "conversation.escalated": ["up", escalated],
  "conversation.taken_over": ["shield", (_, who, { say }) => say("thread.act.taken_over", { who })],
  "conversation.given_back": ["shield", (facts, who, { say, nameOf }) => say("thread.act.given_back", { who, owner: nameOf(word(facts["assignee_id"])) || "–" })],
  "conversation.leg_switched": ["next", (facts, who, { say, channelOf }) => say("thread.act.leg", { who, from: channelOf(word(facts["from_leg_id"])), to: channelOf(word(facts["to_leg_id"])) })],
  "conversation.merged": ["link", (facts, who, { say }, note) => merging("merged", facts, who, say, note)],
  "conversation.unmerged": ["link", (facts, who, { say }, note) => merging("unmerged", facts, who, say, note)],
  "conversation.split": ["link", (facts, who, { say }, note) => merging("split", facts, who, say, note)],
  "conversation.macro_applied": ["play", (facts, who, { say }) => say("thread.act.macro", { who, macro: word(facts["macro"]) })],
  "conversation.macro_undone": ["play", (facts, who, { say }) => say("thread.act.macro_undone", { who, macro: word(facts["macro"]) })],
  "conversation.briefed": ["text", (_, __, { say }) => say("thread.act.briefed")],
  "message.redacted": ["shield", (facts, who, { say }) => say("thread.act.redacted", { who, n: count(facts["characters"]), m: count(facts["attachments"]) })],
  "note.redacted": ["shield", (facts, who, { say }) => say("thread.act.note_redacted", { who, n: count(facts["characters"]), m: count(facts["attachments"]) })],
  "message.schedule_cancelled": ["schedule", scheduled("thread.act.schedule_cancelled")],
  "message.schedule_failed": ["warning", scheduled("thread.act.schedule_failed")],
  "verification.asked": ["shield", (_, who, { say }) => say("thread.act.verification", { who })],
  "question.answered": ["check", (facts, _, { say, customer }) => say(facts["is_yes"] === true ? "thread.act.answered_yes" : "thread.act.answered_no", { name: customer })],
  "side_thread.replied": ["people", (facts, who, { say }) => say("thread.act.side_thread", { who, subject: word(facts["subject"]) })],
};

function merging(what: "merged" | "unmerged" | "split", facts: Facts, who: string, say: Say, note: Note): string {
  const source = word(facts["source_id"]) === note.conversation_id;
  if (what === "merged" && !source && facts["reason"] !== undefined) return say("thread.act.merged_by_itself");
  return say(`thread.act.${what}_${source ? "source" : "other"}`, { who });
}

/** Reasons that the desk has words for already. */
const CODES = new Set(["agent", "customer_silent", "customer_wrote", "customer_moved", "customer_said", "merged", "reopened"]);

export function activityOf(note: Note, names: Names): Activity {
  const facts = note.facts;
  const [icon, tell] = TELL[word(facts["type"])] ?? ["info", () => ""];
  const who = note.author_id === "system" || note.author_name === "" ? names.say("thread.desk") : note.author_name;
  const text = tell(facts, who, names, note) || note.text || names.say("thread.act.unknown", { who });
  const own = word(facts["reason"]);
  const others = [facts["source_id"], facts["target_id"], facts["new_id"]].map(word);
  return {
    text,
    icon,
    reason: word(facts["detail"]) || (CODES.has(own) || own === "" ? null : own) || besides(facts, note),
    conversationId: others.find((id) => id !== "" && id !== note.conversation_id) ?? null,
  };
}

/** What somebody added to a line whose own words are told in the reader's language. */
function besides(facts: Facts, note: Note): string | null {
  if (facts["type"] !== "conversation.leg_switched") return null;
  const added = note.text.slice(note.text.indexOf(". ") + 2);
  return note.text.includes(". ") && added !== "" ? added : null;
}
