/** A text as parts: words, and addresses that may be opened. Nothing of it is ever read as HTML. */

export type Part = { kind: "words"; text: string } | { kind: "link"; text: string; href: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;
/** What ends a sentence, or closes what was opened before the address. */
const TRAILING = /[.,;:!?…。，、；：！？"'»”’]+$/;

export function parts(text: string): Part[] {
  const found: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = address.includes("://") ? opened(address) : `mailto:${address}`;
    if (href === null) continue;
    if (match.index > end) found.push({ kind: "words", text: text.slice(end, match.index) });
    found.push({ kind: "link", text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) found.push({ kind: "words", text: text.slice(end) });
  return found;
}

function trimmed(address: string): string {
  let kept = address.replace(TRAILING, "");
  while (kept.endsWith(")") && count(kept, "(") < count(kept, ")")) kept = kept.slice(0, -1).replace(TRAILING, "");
  return kept;
}

const count = (text: string, sign: string): number => text.split(sign).length - 1;

/** With the host as it is resolved, so that letters of another alphabet show. */
function opened(address: string): string | null {
  try {
    const url = new URL(address);
    return url.username || url.password ? null : url.href;
  } catch {
    return null;
  }
}
