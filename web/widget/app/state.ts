/** All that the widget's page shows. */

import type { LiveState } from "../../src/live/desk";
import type { Language } from "../../src/i18n/languages";
import type { Direction, Kept } from "../shared/protocol";
import type { Hours, Look, Queue, Shown } from "./api";
import { DRAFT, HIDDEN, SEEN, WHO } from "./keys";
import type { Pending } from "./thread";

/** As the document tells it. */
export interface Facts {
  inbox: string;
  look: Look;
  hours: Hours | null;
}

export interface Upload {
  key: string;
  name: string;
  /** From 0 to 1; null: it failed, for this reason. */
  done: number | null;
  reason: string;
}

export interface Who {
  name?: string;
  email?: string;
}

export interface State {
  facts: Facts;
  language: Language;
  dir: Direction;
  lasting: boolean;
  framed: boolean;
  open: boolean;
  /** Nothing was heard from the desk yet about what was said before. */
  loading: boolean;
  /** The desk's reason why there is no chat. */
  closed: string | null;
  messages: readonly Shown[];
  /** Where the page before begins; null: that was all. */
  before: string | null;
  pending: readonly Pending[];
  uploads: readonly Upload[];
  typing: { name: string; until: number } | null;
  queue: Queue | null;
  hours: Hours | null;
  status: "open" | "resolved" | null;
  /** The visitor's last message that somebody at the desk has opened. */
  readTo: string;
  line: LiveState | "none";
  seen: string;
  unreadLine: string | null;
  hidden: string;
  draft: string;
  who: Who | null;
  asked: boolean;
  verified: boolean;
}

export function beginning(facts: Facts): State {
  return {
    facts,
    language: "en",
    dir: "ltr",
    lasting: true,
    framed: true,
    open: false,
    loading: false,
    closed: null,
    messages: [],
    before: null,
    pending: [],
    uploads: [],
    typing: null,
    queue: null,
    hours: facts.hours,
    status: null,
    readTo: "",
    line: "none",
    seen: "",
    unreadLine: null,
    hidden: "",
    draft: "",
    who: null,
    asked: false,
    verified: false,
  };
}

/** What an earlier page, or another one, left. */
export function fromKept(kept: Kept): Partial<State> {
  let who: Who | null = null;
  try {
    who = kept[WHO] ? (JSON.parse(kept[WHO]) as Who) : null;
  } catch {
    // Of somebody else's making: as if nothing had been said.
  }
  return { seen: kept[SEEN] ?? "", hidden: kept[HIDDEN] ?? "", draft: kept[DRAFT] ?? "", who, asked: who !== null };
}

/** Whether the visitor is to be asked who they are before they write. */
export const mustAsk = (state: State): boolean =>
  state.facts.look.pre_chat.length > 0 && !state.asked && !state.verified && state.messages.length === 0 && state.pending.length === 0;

/** Nobody is there, and nobody knows where to answer. */
export const asksForEmail = (state: State): boolean => state.who?.email === undefined && !state.verified;
