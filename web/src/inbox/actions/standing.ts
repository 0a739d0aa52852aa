/** How somebody stands, in a line: whether they are there, and what room they have. */

import type { Formats } from "../../i18n/formats";
import type { Say, TextId } from "../../i18n/texts";
import type { Colleague, Queue } from "./people";

const WHY: Record<string, TextId> = {
  busy: "presence.busy",
  away: "presence.away",
  offline: "presence.offline",
  disconnected: "actions.agent.disconnected",
  off_shift: "actions.agent.off_shift",
  disabled: "actions.agent.disabled",
};

export function agentLine({ presence }: Colleague, say: Say): string {
  if (presence === null) return say("actions.agent.unknown");
  const state = presence.available ? say("presence.online") : say(WHY[presence.because] ?? "presence.offline");
  return say("actions.agent.line", { state, free: Math.max(0, presence.units - presence.used), units: presence.units });
}

export function queueLine(queue: Queue, say: Say, formats: Formats): string {
  const there = say("actions.queue.there", { n: queue.agents_available });
  const waiting = queue.depth_is_more ? say("actions.queue.waiting_more", { n: queue.depth }) : say("actions.queue.waiting", { n: queue.depth });
  return [waiting, there, waitLine(queue, say, formats)].filter((each) => each !== "").join(" · ");
}

function waitLine({ at_once, expected_wait, agents_available }: Queue, say: Say, formats: Formats): string {
  if (at_once) return say("actions.queue.at_once");
  if (expected_wait !== null) return say("actions.queue.wait", { low: formats.duration(expected_wait.low_seconds * 1000), high: formats.duration(expected_wait.high_seconds * 1000) });
  return agents_available === 0 ? say("actions.queue.nobody") : "";
}
