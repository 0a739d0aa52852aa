/** From a draft to what goes to the desk. */

import type { Schemas } from "../../api/client";
import type { Draft, DraftFile } from "../../desk/draftWords";
import { uuid7 } from "../../desk/ids";
import type { Sending } from "../../desk/outboxEngine";
import { stillNamed } from "./suggest";

export type Kind = Schemas["MessageKind"];

export interface Seen {
  version: number;
  entry_id: string;
}

/** Where a reply goes: the leg on which the conversation is, or another one, to which it moves by it. */
export interface Target {
  legId: string;
  channel: string;
  address: string;
  inboxId: string;
  /** The conversation is there. */
  active: boolean;
}

export interface Choices {
  split?: boolean;
  asLink?: boolean;
  resolve?: boolean;
  seen?: Seen | null;
  draftVersion?: number | null;
  /** A template, instead of text. */
  template?: { content: Record<string, unknown>; text: string; target: Target; files: readonly DraftFile[] };
}

const MEDIA = ["image", "audio", "video"] as const;

/** Files go as what they all are, or as documents, which the desk shows as what each is. */
export function kindOf(files: ReadonlyArray<{ mime: string }>): Kind {
  if (files.length === 0) return "text";
  return MEDIA.find((kind) => files.every((file) => file.mime.startsWith(`${kind}/`))) ?? "document";
}

export const mailContent = (draft: Draft): Record<string, unknown> => ({
  ...(draft.mail.subject.trim() !== "" && { subject: draft.mail.subject.trim() }),
  ...(ccOf(draft).length > 0 && { cc: ccOf(draft) }),
});

export const ccOf = (draft: Draft): string[] => draft.mail.cc.split(/[,;\s]+/u).filter((each) => each !== "");

/** What a check and a reply have in common. */
export function wordsOf(draft: Draft, target: Target, choices: Choices) {
  const { files } = draft;
  return {
    text: draft.text,
    kind: kindOf(files),
    leg_id: target.legId,
    content: target.channel === "email" ? mailContent(draft) : {},
    reply_to: draft.replyTo,
    split: choices.split === true || files.length > 1,
    as_link: choices.asLink === true,
    literal: false,
  };
}

export function rowOf(draft: Draft, target: Target, choices: Choices, now: number): Sending {
  const id = uuid7(now);
  const note = draft.mode === "note";
  const { files, replyTo, quote, marks, mail, audience } = draft;
  const version = choices.draftVersion;
  const body = note ? noteBody(draft, id) : choices.template !== undefined ? templateBody(choices.template, target, id) : replyBody(draft, target, choices, id);
  if (version != null && (note || target.active)) body["draft_version"] = version;
  if (choices.seen && !note && target.active) body["seen"] = choices.seen;
  return {
    id,
    clientId: id,
    conversationId: draft.conversationId,
    mode: draft.mode,
    legId: note ? null : target.legId,
    text: choices.template?.text ?? draft.text,
    files: (choices.template?.files ?? files).map(({ name, mime, size }) => ({ name, mime, size })),
    at: now,
    state: "sending",
    to: note ? "notes" : target.active ? "messages" : "legs",
    body,
    // A template that was taken back is chosen anew.
    back: choices.template === undefined ? { files, replyTo, quote, marks, mail, audience, legId: draft.legId } : {},
    resolve: choices.resolve === true,
  };
}

const uploadsOf = ({ files }: { files: readonly DraftFile[] }): string[] => files.flatMap((file) => file.upload ?? []);

function noteBody(draft: Draft, id: string): Record<string, unknown> {
  const mentions = stillNamed(draft.marks, draft.text).map(({ kind, id: whom }) => ({ kind, id: whom }));
  const attachments = uploadsOf(draft);
  return { client_id: id, text: draft.text, mentions, audience: draft.audience, ...(attachments.length > 0 && { attachments }) };
}

function replyBody(draft: Draft, target: Target, choices: Choices, id: string): Record<string, unknown> {
  const { leg_id, text, kind, content, ...more } = wordsOf(draft, target, choices);
  const both = { client_id: id, leg_id, text, kind, content, attachments: uploadsOf(draft) };
  return target.active ? { ...both, ...more } : both;
}

function templateBody(template: NonNullable<Choices["template"]>, target: Target, id: string): Record<string, unknown> {
  return { client_id: id, leg_id: target.legId, kind: "template", content: template.content, text: "", attachments: uploadsOf(template) };
}
