/** Keys as people read them, and as `aria-keyshortcuts` has them. */

const MAC: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧" };
const OTHERS: Readonly<Record<string, string>> = { Mod: "Ctrl", Shift: "Shift" };

/** One list for each key of a sequence: `g i` is [["g"], ["i"]], `Mod+K` [["Ctrl", "K"]]. */
export function partsOf(keys: string, mac: boolean): string[][] {
  const names = mac ? MAC : OTHERS;
  return keys.split(" ").map((each) => split(each).map((part) => names[part] ?? part));
}

/** Undefined for sequences: the attribute knows none. */
export function ariaKeys(keys: string | undefined, mac: boolean): string | undefined {
  if (keys === undefined || keys.includes(" ")) return undefined;
  return split(keys)
    .map((part) => (part === "Mod" ? (mac ? "Meta" : "Control") : part))
    .join("+");
}

/** `+` is a key too. */
function split(keys: string): string[] {
  const [, before, last] = /^(.*\+)?(.+)$/u.exec(keys) ?? [];
  return [...(before ?? "").split("+").filter((part) => part !== ""), last ?? keys];
}
