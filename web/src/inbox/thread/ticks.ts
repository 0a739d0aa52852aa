/** How far what we sent has come. What is told late, or in another order, never takes it back. */

import type { Message } from "../../desk/conversation";

export type Tick = "waiting" | "sent" | "delivered" | "read" | "uncertain" | "failed";

const RANK: Readonly<Record<string, number>> = { queued: 0, sending: 0, uncertain: 1, sent: 2, delivered: 3, read: 4 };
const NAMES: readonly Tick[] = ["waiting", "uncertain", "sent", "delivered", "read"];

/** The highest of the state and the marks. A failed one leaves that only by another attempt, which begins anew. */
export function tickOf(message: Pick<Message, "state" | "marks">): Tick | null {
  if (message.state === null) return null;
  if (message.state === "failed") return "failed";
  const marked = Object.keys(message.marks).filter((name) => name === "delivered" || name === "read");
  const rank = Math.max(...[message.state, ...marked].map((name) => RANK[name] ?? 0));
  return NAMES[rank] ?? "waiting";
}

/** What a person can do about it. */
export interface WayOut {
  retry: boolean;
  elsewhere: boolean;
  edit: boolean;
}

/** The same again helps only where its content and its customer are not what was refused. */
export function waysOut(failure: NonNullable<Message["failure"]>["failure"] | undefined): WayOut {
  switch (failure) {
    case "recipient":
    case "window":
      return { retry: false, elsewhere: true, edit: true };
    case "content":
      return { retry: false, elsewhere: false, edit: true };
    default:
      return { retry: true, elsewhere: true, edit: true };
  }
}
