/** What a channel carries, as the API's own description of it says. */

import { useFormats, useSay } from "../../../app/desk";
import { Panel } from "../../../ui/Page";
import { Facts } from "../parts/Facts";
import type { Channel } from "./channelForm";
import { kindOf } from "./setupWords";

const FLAGS = [
  "delivered",
  "read",
  "read_out",
  "typing_in",
  "typing_out",
  "reply_to",
  "templates",
  "registers",
  "resend_safe",
  "segmented",
  "speaks",
] as const;
const HOUR = 3_600;
const MEGA = 1_000_000;

export function Capabilities({ channel }: { channel: Channel }) {
  const [say, formats] = [useSay(), useFormats()];
  const can = channel.capabilities;
  const sizes = Object.entries(can.max_bytes).map(
    ([kind, bytes]) => `${kindOf(kind, say)} ${formats.number(bytes / MEGA, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 })}`,
  );
  const kinds = (all: readonly string[]) => all.map((kind) => kindOf(kind, say)).join(", ") || "–";
  const yes = (does: boolean) => say(does ? "admin.yes" : "admin.no");
  return (
    <Panel title={say("inboxes.carries")}>
      <Facts
        facts={[
          [say("inboxes.can.kinds"), kinds(can.kinds_out)],
          [say("inboxes.can.text"), say(`inboxes.can.${can.text_unit}`, { n: can.max_text })],
          [say("inboxes.can.files"), sizes.join(", ") || "–"],
          [say("inboxes.can.buttons"), formats.number(can.max_buttons)],
          [
            say("inboxes.can.window"),
            can.window_seconds === null
              ? say("inboxes.can.always")
              : say("inboxes.can.hours", {
                  time: formats.duration(can.window_seconds * 1000),
                  after: kinds(can.outside_window),
                }),
          ],
          [say("inboxes.can.pace"), can.inbox_per_second === null ? "–" : say("inboxes.can.per_second", { n: can.inbox_per_second })],
          ...(can.human_window_seconds
            ? [[say("inboxes.can.human"), formats.duration((can.human_window_seconds / HOUR) * HOUR * 1000)] as const]
            : []),
          ...FLAGS.map((flag) => [say(`inboxes.can.${flag}`), yes(can[flag])] as const),
        ]}
      />
    </Panel>
  );
}
