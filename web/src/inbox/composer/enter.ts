/** What Enter does in the composer: chosen by each person in each browser. */

import { useSyncExternalStore } from "react";

export type EnterChoice = "by_channel" | "sends" | "newline";
const KEY = "parley.enter";
const CHOICES: readonly EnterChoice[] = ["by_channel", "sends", "newline"];
const listeners = new Set<() => void>();
let chosen: EnterChoice | null = null;

function read(): EnterChoice {
  if (chosen !== null) return chosen;
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // Storage may be blocked: then it lasts as long as the page.
  }
  return (chosen = CHOICES.find((each) => each === kept) ?? "by_channel");
}

export function chooseEnter(choice: EnterChoice): void {
  chosen = choice;
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // As above.
  }
  for (const told of listeners) told();
}

const listen = (told: () => void): (() => void) => {
  listeners.add(told);
  return () => listeners.delete(told);
};

export const useEnterChoice = (): EnterChoice => useSyncExternalStore(listen, read);

/** Long words are written in mails and notes: there Enter begins a line. */
export function enterSends(choice: EnterChoice, channel: string, mode: "reply" | "note"): boolean {
  if (choice !== "by_channel") return choice === "sends";
  return mode === "reply" && channel !== "email";
}

export interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What a press of Enter means; null: it is the field's. */
export function enterMeans(event: Key, sends: boolean): "send" | "send_and_resolve" | null {
  if (event.key !== "Enter" || event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return event.shiftKey ? "send_and_resolve" : "send";
  return sends && !event.shiftKey ? "send" : null;
}
