/** Which labels a conversation can have, and what has changed of those it has. */

export interface Label {
  key: string;
  name: string;
  colour?: string;
  description?: string;
  scopes?: readonly string[];
}

/** Those for conversations, and whatever is on it already though the vocabulary has it no more. */
export function offered(labels: readonly Label[], held: readonly string[]): Label[] {
  const fitting = labels.filter(({ key, scopes }) => held.includes(key) || scopes === undefined || scopes.length === 0 || scopes.includes("conversation"));
  const gone = held.filter((key) => !labels.some((label) => label.key === key));
  return [...fitting, ...gone.map((key) => ({ key, name: key }))];
}

export function changeOf(held: readonly string[], chosen: ReadonlySet<string>): { put: string[]; off: string[] } {
  return { put: [...chosen].filter((key) => !held.includes(key)), off: held.filter((key) => !chosen.has(key)) };
}

const LONGEST = 40;

/** A key for rules, made of the name; a number where it is taken, or nothing of the name can be in a key. */
export function keyFrom(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, LONGEST - 3);
  const stem = plain === "" ? "label" : plain;
  let key = stem;
  for (let n = 2; taken.includes(key); n++) key = `${stem}_${n}`;
  return key;
}
