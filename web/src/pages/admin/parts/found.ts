/** Which rows hold all the words that are looked for: whatever their case, accents or width. */

export const folded = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();

export function found<T>(rows: readonly T[], words: string, wordsOf: (row: T) => readonly (string | null | undefined)[]): readonly T[] {
  const wanted = folded(words).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter((row) => {
    const text = folded(wordsOf(row).filter(Boolean).join(" "));
    return wanted.every((word) => text.includes(word));
  });
}
