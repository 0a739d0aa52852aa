/** What opens before the composer, loaded when it is asked for. */

import type { Checking } from "./check";
import { MacroDialog } from "./MacroDialog";
import { ScheduleDialog } from "./ScheduleDialog";
import type { Leg, LegChoice } from "./target";
import { TemplateDialog } from "./TemplateDialog";
import type { SendingNow } from "./useSending";
import type { Opened } from "./useTaking";

export interface DialogsProps {
  opened: Opened & { leg?: LegChoice };
  leg: Leg | null;
  sending: SendingNow;
  checking: Checking;
  onClose: () => void;
}

export default function Dialogs({ opened, leg, sending, checking, onClose }: DialogsProps) {
  if (opened.what === "macro") return <MacroDialog id={opened.id} name={opened.name} onClose={onClose} />;
  if (opened.what === "schedule") return <ScheduleDialog leg={leg} checking={checking} onClose={onClose} />;
  const other = opened.leg;
  const target = other === undefined ? leg : { legId: other.leg_id, channel: other.channel, address: other.address, inboxId: other.inbox_id, active: other.place === "active" };
  return target === null ? null : <TemplateDialog target={target} sending={sending} onClose={onClose} />;
}
