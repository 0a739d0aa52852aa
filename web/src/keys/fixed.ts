/** Keys that belong to fields and lists themselves: shown in the sheet, never to be changed. */

import type { TextId } from "../i18n/texts";

export const FIXED: ReadonlyArray<{ keys: string; text: TextId }> = [
  { keys: "Mod+Enter", text: "shortcuts.submit" },
  { keys: "Shift+Enter", text: "shortcuts.newline" },
  { keys: "Escape", text: "shortcuts.escape" },
];
