/** What can be done by a key or from the palette. A command is a row here; whoever can do it registers it (`useCommand`). */

import type { TextId } from "../i18n/texts";

export type CommandId = keyof typeof COMMANDS;
export type Group = "conversation" | "list" | "thread" | "go" | "page";

export interface Command {
  text: TextId;
  group: Group;
  /** As written in src/keys/press.ts: `j`, `Shift+E`, `Mod+K`, `g i`. Without one it is in the palette alone. */
  keys?: readonly string[];
}

const row = (group: Group, text: TextId, ...keys: string[]): Command => ({ group, text, keys });

export const COMMANDS = {
  palette: row("page", "command.palette", "Mod+K"),
  shortcuts: row("page", "command.shortcuts", "?"),
  undo: row("page", "command.undo", "Mod+Z"),
  "go.inbox": row("go", "command.go_inbox", "g i"),
  "go.board": row("go", "command.go_board", "g b"),
  "go.contacts": row("go", "command.go_contacts", "g c"),
  "go.reports": row("go", "command.go_reports", "g r"),
  "go.me": row("go", "command.go_me", "g s"),
  "list.search": row("list", "command.list_search", "/"),
  "list.next": row("list", "command.list_next", "j"),
  "list.previous": row("list", "command.list_previous", "k"),
  "list.open": row("list", "command.list_open", "o"),
  "list.select": row("list", "command.list_select", "x"),
  "list.needs": row("list", "command.list_needs", "q"),
  "tab.next": row("list", "command.tab_next", "Shift+J"),
  "tab.previous": row("list", "command.tab_previous", "Shift+K"),
  "tab.1": row("list", "command.tab_1", "1"),
  "tab.2": row("list", "command.tab_2", "2"),
  "tab.3": row("list", "command.tab_3", "3"),
  "tab.4": row("list", "command.tab_4", "4"),
  "tab.5": row("list", "command.tab_5", "5"),
  "tab.6": row("list", "command.tab_6", "6"),
  "tab.7": row("list", "command.tab_7", "7"),
  "tab.8": row("list", "command.tab_8", "8"),
  "offer.focus": row("list", "command.offer_focus", "w"),
  "compose.reply": row("conversation", "command.reply", "r"),
  "compose.note": row("conversation", "command.note", "n"),
  "compose.leg": row("conversation", "command.leg", "c"),
  resolve: row("conversation", "command.resolve", "e"),
  reopen: row("conversation", "command.reopen", "Shift+E"),
  snooze: row("conversation", "command.snooze", "z"),
  assign: row("conversation", "command.assign", "a"),
  "assign.me": row("conversation", "command.assign_me", "Shift+A"),
  transfer: row("conversation", "command.transfer", "t"),
  escalate: row("conversation", "command.escalate"),
  de_escalate: row("conversation", "command.de_escalate"),
  give_back: row("conversation", "command.give_back"),
  take_over: row("conversation", "command.take_over"),
  hand_back: row("conversation", "command.hand_back"),
  merge: row("conversation", "command.merge"),
  split: row("conversation", "command.split"),
  transcript: row("conversation", "command.transcript"),
  labels: row("conversation", "command.labels", "l"),
  priority: row("conversation", "command.priority", "p"),
  follow: row("conversation", "command.follow", "f"),
  unread: row("thread", "command.unread", "Shift+U"),
  "thread.search": row("thread", "command.thread_search", "s"),
  context: row("page", "command.context", "i"),
  notices: row("page", "command.notices"),
} as const satisfies Record<string, Command>;
