/** What a draft is, and which of two is to stay. */

import type { Schemas } from "../api/client";

export type Mode = "reply" | "note";
export type ServerDraft = Schemas["AgentDraftView"];

export interface DraftFile {
  id: string;
  name: string;
  mime: string;
  size: number;
  /** Its bytes, to be uploaded (again); null: they are at the desk alone. */
  blob: Blob | null;
  /** The upload's id; null: not uploaded yet. */
  upload: string | null;
  /** Until when a reply can name the upload: milliseconds since 1970. */
  until: number;
}

export interface Mark {
  kind: "agent" | "team";
  id: string;
  name: string;
}

/** Of a mail; empty: as the desk makes them. */
export interface MailWords {
  subject: string;
  cc: string;
}

export interface Draft {
  /** `<conversation>/<mode>`. */
  id: string;
  conversationId: string;
  mode: Mode;
  text: string;
  files: readonly DraftFile[];
  /** Where to; null: where the conversation is. */
  legId: string | null;
  replyTo: string | null;
  /** The words that are answered, as they are shown above the text. */
  quote: string | null;
  /** Whom a note means. */
  marks: readonly Mark[];
  /** Whom a whisper is for; empty: everybody at the desk. */
  audience: readonly string[];
  mail: MailWords;
  changedAt: number;
}

/** How far the desk's copy is known; one for each conversation, whichever mode it has. */
export interface Known {
  version: number;
  mode: Mode | null;
}

export const UNKNOWN: Known = { version: 0, mode: null };
const DAY = 24 * 3_600_000;
const PREVIEW = 80;

export const draftId = (conversationId: string, mode: Mode): string => `${conversationId}/${mode}`;

export function blank(conversationId: string, mode: Mode): Draft {
  const id = draftId(conversationId, mode);
  return { id, conversationId, mode, text: "", files: [], legId: null, replyTo: null, quote: null, marks: [], audience: [], mail: { subject: "", cc: "" }, changedAt: 0 };
}

/** Nothing that would be missed. */
export const isBlank = (draft: Draft): boolean => draft.text.trim() === "" && draft.files.length === 0;

/** Whether the desk's copy says what this one says. */
export function sameWords(draft: Draft, server: ServerDraft): boolean {
  const uploads = draft.files.flatMap((file) => file.upload ?? []);
  return draft.mode === server.kind && draft.text === server.text && uploads.join() === server.attachments.join();
}

/** `take`: nothing of ours is lost by it; `ask`: both say something else, a person chooses. */
export function arrived(local: Draft, server: ServerDraft, known: Known): "keep" | "take" | "ask" {
  if (sameWords(local, server)) return "keep";
  if (isBlank(local)) return server.version > known.version ? "take" : "keep";
  return server.version === known.version ? "keep" : "ask";
}

/** Of both modes, the one the desk keeps: what was changed last and says something. Null: neither does. */
export function toKeep(reply: Draft, note: Draft): Draft | null {
  const said = [reply, note].filter((draft) => !isBlank(draft));
  return said.sort((one, other) => other.changedAt - one.changedAt)[0] ?? null;
}

/** What came from another device: its files are named by their uploads alone. */
export function taken(local: Draft, server: ServerDraft, now: number, name: (place: number) => string): Draft {
  const files = server.attachments.map((upload, place) => {
    const ours = local.files.find((file) => file.upload === upload);
    return ours ?? { id: upload, name: name(place + 1), mime: "", size: 0, blob: null, upload, until: Date.parse(server.saved_at) + DAY };
  });
  const same = local.replyTo === server.reply_to;
  return { ...local, text: server.text, files, legId: server.leg_id, replyTo: server.reply_to, quote: same ? local.quote : null, changedAt: now };
}

/** For the list; null where there is nothing to show. */
export function previewOf(draft: Draft | null): string | null {
  if (draft === null) return null;
  const line = draft.text.trim().replace(/\s+/g, " ");
  return line === "" ? (draft.files[0]?.name ?? null) : line.slice(0, PREVIEW);
}
