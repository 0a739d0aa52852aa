/** The dialog of each thing that needs more than a press. All are loaded together, when the first is opened. */

import type { ComponentType } from "react";
import type { Conversation } from "../../desk/conversation";
import { Assign } from "./Assign";
import { DeEscalate, Escalate } from "./Escalate";
import { Labels } from "./Labels";
import { Merge } from "./Merge";
import { Priority } from "./Priority";
import { Reasoned } from "./Reasoned";
import type { Asked } from "./dialogActs";
import { Snooze } from "./Snooze";
import { Split } from "./Split";
import { Transcript } from "./Transcript";
import { Transfer } from "./Transfer";

interface Props {
  conversation: Conversation;
  asked: Asked;
  onClose: () => void;
}

const DIALOGS: Record<Asked["act"], ComponentType<Props>> = {
  snooze: Snooze,
  assign: Assign,
  transfer: Transfer,
  escalate: Escalate,
  de_escalate: DeEscalate,
  give_back: (props) => <Reasoned {...props} act="give_back" />,
  take_over: (props) => <Reasoned {...props} act="take_over" />,
  hand_back: (props) => <Reasoned {...props} act="hand_back" />,
  labels: Labels,
  priority: Priority,
  merge: Merge,
  split: (props) => <Split {...props} from={props.asked.messageId} />,
  transcript: Transcript,
};

export default function ActionDialog(props: Props) {
  const Chosen = DIALOGS[props.asked.act];
  return <Chosen {...props} />;
}
