/** Which parts are taken out of a message or a note, and of what else is shown in its place. */

import type { Entry } from "../../desk/conversation";
import { isMessage, type Piece } from "./entries";

export interface Range {
  start: number;
  end: number;
}

/** Everywhere these words stand, in characters as the API counts them: an emoji is one. */
export function rangesOf(text: string, words: string): Range[] {
  const wanted = words.trim();
  if (wanted === "") return [];
  const found: Range[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const start = [...text.slice(0, at)].length;
    found.push({ start, end: start + [...wanted].length });
  }
  return found;
}

/** An edited message is all that it ever said. */
export const versionsOf = ({ entry, edits }: Pick<Piece, "entry" | "edits">): readonly Entry[] => [entry, ...edits];

/** Whose words a line of the thread says were taken out; null where it tells of something else. */
export function redactedBy(entry: Entry): string | null {
  if (isMessage(entry) || entry.kind !== "activity") return null;
  const { type, message_id: message, note_id: note } = entry.facts;
  const target = type === "message.redacted" ? message : type === "note.redacted" ? note : null;
  return typeof target === "string" ? target : null;
}
