/** What the palette finds: names in the language of the page and English words, the best first. */

export const PALETTE_GROUPS = ["recent", "conversation", "go", "conversations", "contacts", "settings"] as const;
export type PaletteGroup = (typeof PALETTE_GROUPS)[number];

export interface PaletteItem {
  id: string;
  group: PaletteGroup;
  text: string;
  /** More words by which it is found. */
  words: string;
  /** A line below: a preview, an address. */
  more?: string;
  keys?: string | undefined;
  /** Why not now; null where it can be done. */
  refused: string | null;
  run: () => void;
}

/** Letters that people take for the same are the same. */
export const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const WORDS = /[^\p{L}\p{N}]+/u;

/** How well it fits, 0 is best; null where a word asked for is not in it. */
export function fit(item: Pick<PaletteItem, "text" | "words">, query: string): number | null {
  const asked = plain(query).split(WORDS).filter((word) => word !== "");
  const [name, rest] = [plain(item.text), plain(item.words)];
  let sum = 0;
  for (const word of asked) {
    const of = Math.min(within(name, word), within(rest, word) + 1);
    if (of >= NOWHERE) return null;
    sum += of;
  }
  return sum;
}

const NOWHERE = 9;

function within(text: string, word: string): number {
  if (text.startsWith(word)) return 0;
  if (text.split(WORDS).some((each) => each.startsWith(word))) return 1;
  return text.includes(word) ? 3 : NOWHERE;
}

/** Those that fit, what can be done before what is refused; each group keeps to its most. */
export function found(items: readonly PaletteItem[], query: string, most = 8): PaletteItem[] {
  const fitting = items
    .map((item, place) => ({ item, place, fit: item.group === "contacts" ? 0 : fit(item, query) }))
    .filter((each): each is typeof each & { fit: number } => each.fit !== null)
    .sort((one, other) => Number(one.item.refused !== null) - Number(other.item.refused !== null) || one.fit - other.fit || one.place - other.place);
  return PALETTE_GROUPS.flatMap((group) => fitting.filter(({ item }) => item.group === group).slice(0, most)).map(({ item }) => item);
}

/** The newest first, each once. */
export function withRecent(recent: readonly string[], id: string, most = 5): string[] {
  return [id, ...recent.filter((each) => each !== id)].slice(0, most);
}
