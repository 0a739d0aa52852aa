/** What is said, in order: pure rules over messages that are stored and those that are on their way. */

import type { Shown, Written } from "./api";
import { writtenAt } from "./uuid7";

/** Of the visitor's own, not seen in the desk's answers yet. */
export interface Pending {
  written: Written;
  state: "waiting" | "accepted" | "failed";
  reason: string;
}

export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "said"; key: string; message: Shown; follows: boolean }
  | { kind: "pending"; key: string; pending: Pending };

/** Together, each once; what is told later counts. */
export function merged(known: readonly Shown[], news: readonly Shown[]): Shown[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of news) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Without those that the desk shows by now. */
export function stillPending(pending: readonly Pending[], shown: readonly Shown[]): Pending[] {
  const stored = new Set(shown.map((message) => message.client_id));
  return pending.filter((each) => !stored.has(each.written.client_id));
}

export const newest = (messages: readonly Shown[]): string | null => messages.at(-1)?.id ?? null;

const fromDesk = (messages: readonly Shown[]): Shown[] => messages.filter((message) => message.from === "agent");

/** What the visitor has not seen, `seen` being the last message they have. */
export const unseen = (messages: readonly Shown[], seen: string): Shown[] =>
  fromDesk(messages).filter((message) => message.id > seen);

/** The visitor's last message that somebody at the desk has opened: all but their `unseenThere` newest. "": none. */
export function seenByDesk(messages: readonly Shown[], unseenThere: number): string {
  const own = messages.filter((message) => message.from === "visitor");
  return own[own.length - 1 - unseenThere]?.id ?? "";
}

/** Within so long, the next message of the same side needs no name. */
const TOGETHER = 60_000;

/** `line`: the message before which the unread ones begin; `hidden`: what was said in earlier chats, to this message. */
export function rows(messages: readonly Shown[], pending: readonly Pending[], line: string | null, hidden: string): Row[] {
  const found: Row[] = [];
  let day = "";
  const date = (at: number): void => {
    const name = new Date(at).toDateString();
    if (name !== day) found.push({ kind: "day", key: `day ${name}`, at });
    day = name;
  };
  let before: Shown | null = null;
  for (const message of messages.filter((each) => each.id > hidden)) {
    const at = Date.parse(message.occurred_at);
    date(at);
    if (message.id === line) found.push({ kind: "unread", key: "unread" });
    const follows = found.at(-1)?.kind === "said" && before !== null && isTogether(before, message);
    // The same key before and after it is stored: nothing flashes.
    found.push({ kind: "said", key: message.client_id ?? message.id, message, follows });
    before = message;
  }
  for (const each of pending) {
    date(writtenAt(each.written.client_id));
    found.push({ kind: "pending", key: each.written.client_id, pending: each });
  }
  return found;
}

function isTogether(one: Shown, other: Shown): boolean {
  const apart = Date.parse(other.occurred_at) - Date.parse(one.occurred_at);
  return one.from === other.from && one.name === other.name && apart < TOGETHER;
}

export interface Choice {
  payload: string;
  title: string;
}

/** Buttons that may still be pressed: those of the newest message, where nobody has answered it. */
export function choices(messages: readonly Shown[], pending: readonly Pending[]): Choice[] {
  const last = messages.at(-1);
  if (last === undefined || last.from !== "agent" || last.kind !== "buttons" || pending.length > 0) return [];
  const buttons = last.content["buttons"];
  if (!Array.isArray(buttons)) return [];
  return buttons.flatMap((each: unknown) => {
    const { id, title } = (each ?? {}) as { id?: unknown; title?: unknown };
    return typeof id === "string" && typeof title === "string" ? [{ payload: id, title }] : [];
  });
}

/** What a message says in words. */
export function wordsOf(message: Shown): string {
  const body = message.content["body"];
  return message.text || (typeof body === "string" ? body : "");
}

/** As a text file: no word of anybody's begins a line, so that none passes for what somebody else said. */
export function transcript(messages: readonly Shown[], title: string, me: string, team: string, time: (at: number) => string): string {
  const lines = [title, ""];
  for (const message of messages) {
    const who = message.from === "visitor" ? me : (message.name ?? team);
    lines.push(`${time(Date.parse(message.occurred_at))} ${who}:`);
    for (const line of wordsOf(message).split(/\r\n|[\r\n\u2028\u2029]/)) if (line) lines.push(`    ${line}`);
    for (const file of message.attachments) lines.push(`    [${file.name ?? file.mime}]`);
    lines.push("");
  }
  return lines.join("\n");
}
