/** What happened to a case and what to know of it, in the reader's language; what people wrote, and what the page does not
 * know, as the desk tells it. */

import type { Schemas } from "../../api/client";
import { channelName } from "../../app/channels";
import type { Formats } from "../../i18n/formats";
import type { Say, TextId } from "../../i18n/texts";
import { sentenceWords } from "./sentenceWords";

type Milestone = Pick<Schemas["ProgressView"]["milestones"][number], "code" | "text" | "facts">;
type Line = Pick<Schemas["ProgressView"]["summary"][number]["lines"][number], "code" | "text" | "facts">;
type Facts = Milestone["facts"];

const PLAIN = ["answered", "opened", "reopened", "pending", "snoozed", "resolved", "merged", "unmerged", "split"] as const;
const REASONED = ["escalated", "de_escalated", "taken_over", "given_back"] as const;
const SETTLED = ["promise_kept", "promise_broken", "promise_cancelled"] as const;
const CLOCKS = ["first_response", "next_response", "resolution"] as const;
const STATUSES = ["open", "pending", "snoozed", "resolved"] as const;
const PRIORITIES = ["urgent", "high", "normal", "low"] as const;

export function milestoneWords(milestone: Milestone, say: Say): string {
  const { code, facts } = milestone;
  if (code === "assigned") return assigned(milestone, say);
  if (code === "began" || code === "leg") return say(`context.milestone.${code}`, { channel: channelName(text(facts, "channel"), say) });
  if (code === "queued") return facts["position"] ? say("context.milestone.queued_place", { n: text(facts, "position") }) : say("context.milestone.queued");
  if (code === "moved") return moved(milestone, say);
  const plain = PLAIN.find((each) => each === code);
  if (plain) return say(`context.milestone.${plain}`);
  const reasoned = REASONED.find((each) => each === code);
  if (reasoned) return withReason(reasoned, facts, say);
  const settled = SETTLED.find((each) => each === code);
  return settled ? say(`context.milestone.${settled}`, { words: text(facts, "words") }) : milestone.text;
}

function assigned({ text: sentence, facts }: Milestone, say: Say): string {
  if (facts["kind"] === "given") return say("context.milestone.given", { name: text(facts, "name"), by: text(facts, "by") });
  return sentenceWords({ outcome: "assigned", sentence, relaxed: (facts["less"] ?? []) as string[], facts }, say);
}

/** What somebody added stands after the desk's own sentence. */
function moved({ text: own, facts }: Milestone, say: Say): string {
  const [from, to, end] = [text(facts, "from"), text(facts, "to"), own.indexOf(". ")];
  if (!from || !to) return own;
  const words = say("context.milestone.moved", { from: channelName(from, say), to: channelName(to, say) });
  return end < 0 ? words : `${words} ${own.slice(end + 2)}`;
}

function withReason(code: (typeof REASONED)[number], facts: Facts, say: Say): string {
  const [tier, reason] = [text(facts, "tier"), text(facts, "reason")];
  const is = code === "escalated" || code === "de_escalated";
  const what = is && tier ? say(`context.milestone.${code}_to`, { tier }) : say(`context.milestone.${code}`);
  return reason ? say("context.milestone.because", { what, reason }) : what;
}

/** By code. Null: the desk's own text tells it. */
const LINES: Record<string, (line: Line, say: Say, formats: Formats) => string | null> = {
  email: ({ facts }, say) => sourced(facts, say),
  phone: ({ facts }, say) => sourced(facts, say),
  since: (_, say) => say("context.brief_line.since"),
  identity: ({ facts }, say) => (facts["channel"] ? `${channelName(text(facts, "channel"), say)} ${text(facts, "value")}` : null),
  priority: ({ text: value }, say) => worded(PRIORITIES, value, say, (each) => `actions.priority.${each}`),
  escalation: ({ facts }, say) => (facts["ticket"] ? say("context.brief_line.ticket", { path: text(facts, "path"), tier: text(facts, "tier") }) : null),
  waiting: ({ facts }, say, formats) => say("context.brief_line.waiting", { time: lasted(facts, formats) }),
  clock: ({ facts }, say) => {
    const clock = worded(CLOCKS, text(facts, "clock"), say, (each) => `context.clock.${each}`);
    return clock && say(facts["broken"] ? "context.brief_line.clock_broken" : "context.brief_line.clock_risk", { clock });
  },
  window: ({ facts }, say) => say(facts["open"] ? "context.brief_line.window_open" : "context.brief_line.window_closed"),
  owner: ({ facts }, say, formats) =>
    say(facts["has"] ? "context.brief_line.owner_has" : "context.brief_line.owner_had", { name: text(facts, "name"), time: lasted(facts, formats) }),
  status: ({ text: now, facts }, say) => {
    const [previous, status] = [statusWord(text(facts, "previous"), say), statusWord(text(facts, "status"), say)];
    return previous && status ? say("context.brief_line.status_from", { previous, status }) : statusWord(now, say);
  },
};
/** Sections of which the desk makes the texts; in the others they are somebody's own words. */
const OURS = new Set(["who", "about", "state", "tried"]);

export function briefWords(section: string, line: Line, say: Say, formats: Formats): string {
  const words = OURS.has(section) && Object.hasOwn(LINES, line.code) ? LINES[line.code] : undefined;
  return words?.(line, say, formats) ?? line.text;
}

function sourced(facts: Facts, say: Say): string | null {
  const [value, source] = [text(facts, "value"), text(facts, "source")];
  return value && source ? say("context.brief_line.email_from", { value, source }) : value || null;
}

function worded<Code extends string>(codes: readonly Code[], code: string, say: Say, id: (code: Code) => TextId): string | null {
  const known = codes.find((each) => each === code);
  return known === undefined ? null : say(id(known));
}

const statusWord = (code: string, say: Say): string | null => worded(STATUSES, code, say, (each) => `actions.status.${each}`);
const text = (facts: Facts, name: string): string => String(facts[name] ?? "");
const lasted = (facts: Facts, formats: Formats): string => formats.duration(Number(facts["seconds"] ?? 0) * 1000);
