/** A customer's text in parts: words and links. Nothing else is made of it. */

export type Part = { text: string } | { text: string; href: string };

const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"']+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/giu;
/** They end a sentence rather than a link. */
const BEHIND = /[.,;:!?…。，；：！？、》」』"')\]]+$/u;

export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    const word = trimmed(found[0]);
    const href = addressOf(word);
    if (href === null) continue;
    if (found.index > at) parts.push({ text: text.slice(at, found.index) });
    parts.push({ text: shownAs(word, href), href });
    at = found.index + word.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** A closing bracket belongs to the link where the link opened it. */
function trimmed(word: string): string {
  const end = BEHIND.exec(word)?.[0] ?? "";
  const open = word.includes("(") && end.startsWith(")");
  return word.slice(0, word.length - end.length) + (open ? ")" : "");
}

function addressOf(word: string): string | null {
  if (!word.includes("://") && word.includes("@")) return `mailto:${word}`;
  try {
    const url = new URL(word.includes("://") ? word : `https://${word}`);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** Letters that look like others: the name that is really asked is shown. */
function shownAs(word: string, href: string): string {
  if (href.startsWith("mailto:")) return word;
  const { host } = new URL(href);
  return host.includes("xn--") ? href : word;
}

const EMOJI = new RegExp("^(?:\\p{RGI_Emoji}|\\s){1,12}$", "v");
const MOST = 3;

/** Up to three emoji and nothing else: they are shown large. */
export function isEmoji(text: string): boolean {
  if (text.length > 60 || !EMOJI.test(text) || text.trim() === "") return false;
  const count = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text.replaceAll(/\s/gu, ""))].length;
  return count <= MOST;
}
