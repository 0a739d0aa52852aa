/** What every part of the page asks: the chat, and how to say and write things. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { LOCALES } from "../../../src/i18n/languages";
import type { Chat } from "../chat";
import type { State } from "../state";
import { sayer, type Say } from "../words";

export const ChatContext = createContext<Chat | null>(null);

export interface Told {
  chat: Chat;
  state: State;
  say: Say;
}

export function useChat(): Told {
  const chat = useContext(ChatContext);
  if (chat === null) throw new Error("no chat here");
  const [, again] = useState(0);
  useEffect(() => chat.listen(() => again((times) => times + 1)), [chat]);
  return { chat, state: chat.state, say: sayerOf(chat.state.language) };
}

const SAYERS = new Map<string, Say>();

function sayerOf(language: State["language"]): Say {
  const known = SAYERS.get(language);
  if (known) return known;
  const made = sayer(language);
  SAYERS.set(language, made);
  return made;
}

export function timeOf(at: number, language: State["language"]): string {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: "numeric", minute: "2-digit" }).format(at);
}

/** Today by its name, any other day with its weekday. */
export function dayOf(at: number, language: State["language"], now = Date.now()): string {
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days >= -1 && days <= 0) {
    const named = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "auto" }).format(days, "day");
    return named.charAt(0).toLocaleUpperCase(LOCALES[language]) + named.slice(1);
  }
  return new Intl.DateTimeFormat(LOCALES[language], { weekday: "short", month: "short", day: "numeric" }).format(at);
}

/** With the day where it is not today. */
export function momentOf(at: number, language: State["language"]): string {
  const today = new Date(at).toDateString() === new Date().toDateString();
  const day: Intl.DateTimeFormatOptions = today ? {} : { weekday: "long" };
  return new Intl.DateTimeFormat(LOCALES[language], { ...day, hour: "numeric", minute: "2-digit" }).format(at);
}
