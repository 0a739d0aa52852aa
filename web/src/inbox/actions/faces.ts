/** How each act is called, and its icon. */

import type { TextId } from "../../i18n/texts";
import type { IconName } from "../../ui/Icon";
import type { Act } from "./rules";

export const ACT_ICONS: Record<Act, IconName> = {
  resolve: "check",
  reopen: "refresh",
  snooze: "clock",
  assign: "person",
  "assign.me": "person",
  transfer: "transfer",
  escalate: "up",
  de_escalate: "fall",
  give_back: "inbox",
  take_over: "shield",
  hand_back: "transfer",
  labels: "label",
  priority: "flag",
  follow: "eye",
  merge: "merge",
  split: "split",
  transcript: "text",
};

const TEXTS: Record<Act, TextId> = {
  resolve: "command.resolve",
  reopen: "command.reopen",
  snooze: "command.snooze",
  assign: "command.assign",
  "assign.me": "command.assign_me",
  transfer: "command.transfer",
  escalate: "command.escalate",
  de_escalate: "command.de_escalate",
  give_back: "command.give_back",
  take_over: "command.take_over",
  hand_back: "command.hand_back",
  labels: "command.labels",
  priority: "command.priority",
  follow: "actions.follow",
  merge: "command.merge",
  split: "command.split",
  transcript: "command.transcript",
};

export const textOf = (act: Act, follows: boolean): TextId => (act === "follow" && follows ? "actions.unfollow" : TEXTS[act]);
