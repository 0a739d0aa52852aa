/** From a key event to the name of what was pressed: `j`, `Shift+E`, `Mod+K`, `?`. Mod is Command on a Mac, else Control. */

export interface Press {
  key: string;
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const LETTER = /^\p{L}$/u;
const LATIN = /^[a-z]$/i;

/** Null where it is nobody's: Alt writes letters in many layouts. `mac`: Command is Mod there. */
export function pressed(event: Press, mac: boolean): string | null {
  if (event.altKey) return null;
  const mod = mac ? event.metaKey : event.ctrlKey;
  if ((mac ? event.ctrlKey : event.metaKey) || event.key === "Dead") return null;
  const key = latin(event);
  const shifted = event.shiftKey && (key.length > 1 || LATIN.test(key));
  const name = key.length === 1 && LATIN.test(key) ? (shifted || mod ? key.toUpperCase() : key.toLowerCase()) : key;
  return `${mod ? "Mod+" : ""}${shifted ? "Shift+" : ""}${name}`;
}

/** In layouts without Latin letters the place of the key counts. */
function latin({ key, code }: Press): string {
  if (LETTER.test(key) && !LATIN.test(key)) {
    const placed = /^Key([A-Z])$/.exec(code)?.[1];
    if (placed !== undefined) return placed.toLowerCase();
  }
  return key;
}
