/** A mail's HTML in a document of its own. The desk has made it harmless when it came (no scripts, no forms, nothing that
 * loads unasked: `remote:` stands before addresses elsewhere); here it is written where nothing can run. */

/** Where it is shown: public/mail.html has a policy of its own. */
export const MAIL_PAGE = "/mail.html";
const REMOTE = "remote:";

export interface Mail {
  html: string;
  /** Pictures from elsewhere are asked for. */
  remote: boolean;
  /** Links to the mail's own files, by their content id. */
  inline: Readonly<Record<string, string>>;
  /** What stands before a quotation that is folded. */
  quoted: string;
}

export const hasRemote = (html: string): boolean => html.includes(REMOTE);

/** Its own pictures that it shows: content ids, with the place of the file. */
export function inlineOf(content: Record<string, unknown>): Array<readonly [id: string, index: number]> {
  const places = content["inline"];
  if (typeof places !== "object" || places === null) return [];
  return Object.entries(places).flatMap(([id, place]) => (typeof place === "number" ? [[id, place] as const] : []));
}

/** Writes the mail into the document. Nothing of it is loaded before its addresses are looked at: a template is inert. */
export function writeMail(document: Document, mail: Mail): void {
  const template = document.createElement("template");
  template.innerHTML = mail.html;
  for (const image of template.content.querySelectorAll("img")) settle(image, mail);
  for (const link of template.content.querySelectorAll("a[href]")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer nofollow");
  }
  fold(document, template.content, mail.quoted);
  document.body.replaceChildren(template.content);
}

function settle(image: HTMLImageElement, { remote, inline }: Mail): void {
  const address = image.getAttribute("src") ?? "";
  const own = address.startsWith("cid:") ? inline[address.slice("cid:".length)] : undefined;
  const shown = own ?? (address.startsWith("data:") ? address : remote && address.startsWith(REMOTE) ? address.slice(REMOTE.length) : null);
  if (shown !== null) return void image.setAttribute("src", shown);
  image.removeAttribute("src");
  image.setAttribute("data-blocked", "");
}

/** Quotations that stand for themselves are folded: what is new is read first. */
function fold(document: Document, content: DocumentFragment, quoted: string): void {
  const quotes = [...content.querySelectorAll("blockquote")].filter((each) => each.parentElement?.closest("blockquote") === null || each.parentElement === null);
  for (const quote of quotes) {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = quoted;
    quote.replaceWith(details);
    details.append(summary, quote);
  }
}

const ALLOWED = "parley.remote_images";

/** Senders whose pictures the reader has asked for, in this browser. */
export const pictures = {
  allowed: (message: { content: Record<string, unknown> }): boolean => kept().has(senderOf(message.content)),
  allow: (message: { content: Record<string, unknown> }): void => {
    const sender = senderOf(message.content);
    if (sender === "") return;
    try {
      localStorage.setItem(ALLOWED, JSON.stringify([...kept(), sender].slice(-MOST)));
    } catch {
      // Storage may be blocked: then it lasts as long as the page shows it.
    }
  },
};

const MOST = 500;

/** Only what is proven to be from them is remembered. */
function senderOf(content: Record<string, unknown>): string {
  const proof = content["authentication"] as Record<string, unknown> | undefined;
  const from = content["from"];
  const address = typeof from === "string" ? from : Array.isArray(from) ? String(from[0] ?? "") : String((from as Record<string, unknown> | undefined)?.["address"] ?? "");
  return proof?.["verified"] === true ? address.toLowerCase() : "";
}

function kept(): Set<string> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(ALLOWED) ?? "[]");
    return new Set(Array.isArray(found) ? found.filter((each): each is string => typeof each === "string" && each !== "") : []);
  } catch {
    return new Set();
  }
}
