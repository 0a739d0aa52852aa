/** A call's card: as the API tells it, carried on by what was told since (docs/channels/voice.md). States only move on. */

import type { Schemas } from "../../api/client";
import type { Message } from "../../desk/conversation";

export type Call = Schemas["CallView"];

const STATES: readonly Call["state"][] = ["ringing", "connecting", "queued", "voicemail", "answered", "ended"];
const REASONS = ["busy", "failed", "no_answer", "canceled", "hung_up", "completed"];

type Content = Record<string, unknown>;
const part = (content: Content, name: string): Content => (typeof content[name] === "object" && content[name] !== null ? (content[name] as Content) : {});
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const largest = (values: Array<number | null>): number | null => values.reduce((one, other) => (one === null ? other : other === null ? one : Math.max(one, other)), null);
const rank = (state: unknown): number => Math.max(0, STATES.indexOf(state as Call["state"]));

/** Null where it is no call. */
export function cardOf(message: Message, updates: readonly Message[]): Call | null {
  const told = message.call;
  if (told === null) return null;
  const attempts = updates.map((each) => number(each.content["attempt"]));
  const newest = Math.max(message.attempt, ...attempts.map((each) => each ?? 0));
  const contents = updates.filter((_, place) => attempts[place] === null || attempts[place] === newest).map(({ content }) => content);
  const states = [rank(told.state), ...contents.map((each) => (each["answered"] === true ? Math.max(rank("answered"), rank(each["state"])) : rank(each["state"])))];
  const state = STATES[Math.max(...states)] ?? "ringing";
  const reason = REASONS.find((each) => told.reason === each || contents.some((content) => content["reason"] === each)) ?? null;
  const recordings = recordingsOf(told.recordings, contents);
  const answered = told.outcome === "answered" || states.includes(rank("answered"));
  const outcome = state === "ended" ? outcomeOf(message, answered, states, reason, recordings) : null;
  return {
    ...told,
    state,
    reason,
    outcome,
    answered_by: told.answered_by ?? first(contents.map((each) => text(each["answered_by"]))),
    duration_seconds: largest([told.duration_seconds, ...contents.map((each) => number(each["duration_seconds"]))]),
    talk_seconds: largest([told.talk_seconds, ...contents.map((each) => number(each["talk_seconds"]))]),
    queue_position: first(contents.map((each) => number(part(each, "queue")["position"]))) ?? told.queue_position,
    recordings,
    lines: linesOf(told.lines, contents),
    callback_requested: outcome === "missed" || outcome === "voicemail",
  };
}

const first = <T>(values: Array<T | null>): T | null => values.find((each) => each !== null) ?? null;

function outcomeOf(message: Message, answered: boolean, states: number[], reason: string | null, recordings: Call["recordings"]): Call["outcome"] {
  if (answered) return "answered";
  if (message.direction === "inbound") return recordings.some((each) => each.voicemail && !each.failed) ? "voicemail" : "missed";
  if (message.call?.outcome) return message.call.outcome;
  if (!states.includes(rank("connecting"))) return "agent_unreachable";
  return reason === "busy" || reason === "failed" ? reason : "no_answer";
}

function recordingsOf(told: Call["recordings"], contents: Content[]): Call["recordings"] {
  const found = new Map(told.map((each) => [each.id, each]));
  for (const content of contents) {
    const [recording, transcript] = [part(content, "recording"), part(content, "transcript")];
    const id = text(recording["id"]) ?? text(transcript["recording"]);
    if (id === null) continue;
    const known = found.get(id) ?? { id, duration_seconds: null, voicemail: false, failed: false, transcript: null };
    found.set(id, {
      ...known,
      duration_seconds: largest([known.duration_seconds, number(recording["duration_seconds"])]),
      voicemail: known.voicemail || recording["voicemail"] === true,
      failed: known.failed || recording["failed"] === true,
      transcript: known.transcript ?? text(transcript["text"]),
    });
  }
  return [...found.values()];
}

/** What is told and what came since overlap: the longer one holds all. */
function linesOf(told: Call["lines"], contents: Content[]): Call["lines"] {
  const lines = new Map<string, { order: number; speaker: string; text: string }>();
  for (const content of contents) {
    const line = part(content, "line");
    const id = text(line["id"]);
    if (id !== null) lines.set(id, { order: number(line["order"]) ?? 0, speaker: text(line["speaker"]) ?? "", text: text(line["text"]) ?? "" });
  }
  const own = [...lines].sort(([a, one], [b, other]) => one.order - other.order || (a < b ? -1 : 1)).map(([, { speaker, text: said }]) => ({ speaker, text: said }));
  return own.length >= told.length ? own : told;
}

/** The file of a recording: which entry has it, and where in it. */
export function fileOf(id: string, entries: readonly Message[]): { message: Message; index: number } | null {
  const message = entries.find((each) => each.external_id?.startsWith(id) && each.attachments.length > 0);
  return message === undefined ? null : { message, index: message.attachments[0]?.index ?? 0 };
}
