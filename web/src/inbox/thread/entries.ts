/** What a thread is made of: pages and what is told live become one order, and what speaks about another message is put
 * to it. */

import type { Entry, Message } from "../../desk/conversation";
import { earlier } from "../../desk/ids";

export interface Reaction {
  emoji: string;
  /** Who reacted: ids of messages, so that one's own can be taken back. */
  by: readonly Message[];
}

/** An entry with all that was said about it since. */
export interface Piece {
  key: string;
  entry: Entry;
  reactions: readonly Message[];
  /** Oldest first; the last one's text is what it says now. */
  edits: readonly Message[];
  revoked: Message | null;
  /** Of a call. */
  updates: readonly Message[];
  /** Of what was offered, the id of what the customer chose. */
  chosen: string | null;
}

const ABOUT = new Set(["reaction", "edit", "revoke", "call_update"]);

const versionOf = (entry: Entry): number => entry.version;

/** One of each, the newest version, in order. Of two of the same version the later given one counts. */
export function merged(...pages: ReadonlyArray<readonly Entry[]>): Entry[] {
  const found = new Map<string, Entry>();
  for (const page of pages)
    for (const entry of page) {
      const known = found.get(entry.id);
      if (known === undefined || versionOf(entry) >= versionOf(known)) found.set(entry.id, entry);
    }
  return [...found.values()].sort((one, other) => earlier(one.id, other.id));
}

export const isMessage = (entry: Entry): entry is Message => entry.type === "message";

/** What an entry is about: our id, or the provider's. */
function targetOf(message: Message): string | null {
  const { target, message_id: ours } = message.content ?? {};
  if (message.kind === "call_update" && typeof ours === "string") return ours;
  return typeof target === "string" ? target : null;
}

interface Notes {
  reactions: Message[];
  edits: Message[];
  updates: Message[];
  revoked: Message | null;
}

/** `before`: what this gave last; pieces that have not changed stay the same objects. */
export function assembled(entries: readonly Entry[], before: ReadonlyMap<string, Piece> = new Map()): Piece[] {
  const known = new Map<string, string>();
  for (const entry of entries) {
    known.set(entry.id, entry.id);
    if (isMessage(entry) && entry.external_id !== null && !ABOUT.has(entry.kind)) known.set(entry.external_id, entry.id);
  }
  const about = new Map<string, Notes>();
  const rest = entries.filter((entry) => {
    const target = isMessage(entry) && ABOUT.has(entry.kind) ? targetOf(entry) : null;
    const id = target === null ? undefined : known.get(target);
    if (id === undefined || !isMessage(entry)) return true;
    // A reaction that did not arrive is told by itself.
    if (isMessage(entry) && entry.kind === "reaction" && entry.state === "failed") return true;
    note(about, id, entry);
    return false;
  });
  const keys = new Set<string>();
  const chosen = choices(rest);
  return rest.map((entry) => piece(entry, about.get(entry.id), chosen.get(entry.id) ?? null, before, keys));
}

function note(about: Map<string, Notes>, id: string, message: Message): void {
  const notes = about.get(id) ?? { reactions: [], edits: [], updates: [], revoked: null };
  about.set(id, notes);
  if (message.kind === "reaction") notes.reactions.push(message);
  else if (message.kind === "edit") notes.edits.push(message);
  else if (message.kind === "revoke") notes.revoked = message;
  else notes.updates.push(message);
}

const EMPTY: readonly Message[] = [];

/** By message that offered something: what was chosen first, of those that were said after it. */
function choices(entries: readonly Entry[]): Map<string, string> {
  const offered = new Map<string, string>();
  const found = new Map<string, string>();
  for (const entry of entries) {
    if (!isMessage(entry)) continue;
    if (entry.kind === "buttons" || entry.kind === "list") for (const { id } of offersOf(entry)) offered.set(id, entry.id);
    const payload = entry.kind === "postback" ? entry.content?.["payload"] : undefined;
    const message = typeof payload === "string" ? offered.get(payload) : undefined;
    if (message !== undefined && !found.has(message)) found.set(message, payload as string);
  }
  return found;
}

export interface Offer {
  id: string;
  title: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The buttons of a message, or the rows of its list. */
export function offersOf(message: Message): Offer[] {
  const { buttons, sections } = message.content ?? {};
  const rows = Array.isArray(sections) ? sections.flatMap((each) => (isRecord(each) && Array.isArray(each["rows"]) ? each["rows"] : [])) : [];
  const all: unknown[] = Array.isArray(buttons) ? buttons : rows;
  return all.filter(isRecord).map((each) => ({ id: String(each["id"] ?? each["title"] ?? ""), title: String(each["title"] ?? each["id"] ?? "") }));
}

function piece(entry: Entry, notes: Notes | undefined, chosen: string | null, before: ReadonlyMap<string, Piece>, keys: Set<string>): Piece {
  const key = keyOf(entry, keys);
  const next: Piece = {
    key,
    entry,
    reactions: notes?.reactions ?? EMPTY,
    edits: notes?.edits ?? EMPTY,
    revoked: notes?.revoked ?? null,
    updates: notes?.updates ?? EMPTY,
    chosen,
  };
  const known = before.get(key);
  return known !== undefined && alike(known, next) ? known : next;
}

/** The same as that of what was sent, so that nothing is drawn anew when it is stored. */
function keyOf(entry: Entry, keys: Set<string>): string {
  const wanted = isMessage(entry) && entry.direction === "outbound" && entry.client_id !== null ? entry.client_id : entry.id;
  const key = keys.has(wanted) ? entry.id : wanted;
  keys.add(key);
  return key;
}

function alike(one: Piece, other: Piece): boolean {
  const same = (left: readonly Message[], right: readonly Message[]) =>
    left.length === right.length && left.every((each, place) => each === right[place]);
  return (
    one.entry === other.entry &&
    one.revoked === other.revoked &&
    one.chosen === other.chosen &&
    same(one.reactions, other.reactions) &&
    same(one.edits, other.edits) &&
    same(one.updates, other.updates)
  );
}

/** By emoji, in the order in which they first came. Of each person the newest one counts; none where it was taken back. */
export function reactionsOf(piece: Piece): Reaction[] {
  const newest = new Map<string, Message>();
  for (const each of piece.reactions) {
    if (each.state === "failed") continue;
    const who = `${each.direction} ${each.author.id ?? each.author.name ?? ""}`;
    newest.delete(who);
    newest.set(who, each);
  }
  const found = new Map<string, Message[]>();
  for (const each of newest.values()) {
    const emoji = each.content?.["emoji"];
    if (typeof emoji === "string" && emoji !== "") found.set(emoji, [...(found.get(emoji) ?? []), each]);
  }
  return [...found].map(([emoji, by]) => ({ emoji, by }));
}

/** What it says now. */
export const textOf = (piece: Piece): string => piece.edits.at(-1)?.text ?? piece.entry.text;

/** The piece of an id of ours or a provider's. */
export function pieceOf(pieces: readonly Piece[], id: string): Piece | undefined {
  return pieces.find(({ entry, edits, updates, reactions, revoked }) => {
    if (entry.id === id || (isMessage(entry) && entry.external_id === id)) return true;
    return revoked?.id === id || [edits, updates, reactions].some((all) => all.some((each) => each.id === id));
  });
}
