/** Customers who are back: what is known of it, and for how long it is worth saying. */

import type { Conversation } from "../../desk/conversation";
import type { Notice } from "./classes";

export interface Return {
  at: string;
  /** Seconds. */
  idle: number;
  unread: number;
  topic: string;
}

const WORTH_MS = 5 * 60_000;

const MINUTE = 60;

/** How long somebody was away, in milliseconds: nobody counts the seconds. */
export const awayFor = (seconds: number): number => Math.max(MINUTE, Math.floor(seconds / MINUTE) * MINUTE) * 1000;

/** The newest of this conversation among notices. */
export function returnOf(notices: ReadonlyArray<Pick<Notice, "kind" | "conversation_id" | "at" | "about">>, id: string): Return | null {
  const newest = notices.filter((each) => each.kind === "returned" && each.conversation_id === id).sort((one, other) => other.at.localeCompare(one.at))[0];
  if (newest === undefined) return null;
  const about = (newest.about ?? {}) as Record<string, unknown>;
  return { at: newest.at, idle: Number(about["idle_seconds"] ?? 0), unread: Number(about["unread"] ?? 0), topic: "" };
}

/** Null once it is old, or we have answered since. */
export function shownReturn(found: Return | null, { last_message }: Pick<Conversation, "last_message">, now: number): Return | null {
  if (found === null || now - Date.parse(found.at) > WORTH_MS) return null;
  const answered = last_message?.direction === "outbound" && Date.parse(last_message.occurred_at) > Date.parse(found.at);
  return answered ? null : found;
}
