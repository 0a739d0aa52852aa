/** Whether a reply or a note is written in a conversation: it stays until somebody changes it, over a reload too. */

import type { Mode } from "../../desk/draftWords";

const KEY = "parley.notes";
let notes: Set<string> | null = null;

function read(): Set<string> {
  if (notes !== null) return notes;
  try {
    notes = new Set((sessionStorage.getItem(KEY) ?? "").split(" ").filter((id) => id !== ""));
  } catch {
    notes = new Set();
  }
  return notes;
}

export const modeOf = (conversationId: string): Mode => (read().has(conversationId) ? "note" : "reply");

export function rememberMode(conversationId: string, mode: Mode): void {
  const all = read();
  if (mode === "note") all.add(conversationId);
  else if (!all.delete(conversationId)) return;
  try {
    sessionStorage.setItem(KEY, [...all].join(" "));
  } catch {
    // Storage may be blocked: then it lasts as long as the page.
  }
}
