/** A link of two contacts before it is made: which fields are worth a look, and what the result is due to. */

import type { Schemas } from "../../api/client";
import { plain, sourceOf } from "../../contact/fields";

export type Preview = Schemas["LinkPreviewView"];
export type Field = Preview["fields"][number];

/** Alike on both sides: folded away. */
export const isSame = (field: Field): boolean => field.mine !== null && field.theirs !== null && plain(field.mine.value) === plain(field.theirs.value);

export function sorted(fields: readonly Field[]): { differing: Field[]; same: Field[] } {
  return { differing: fields.filter((field) => !isSame(field)), same: fields.filter(isSame) };
}

/** Why this value is shown: only one side has any, one source counts more than the other, or it is newer. */
export function whyShown(field: Field): "only_mine" | "only_theirs" | "same" | "stronger" | "newer" {
  if (field.theirs === null) return "only_mine";
  if (field.mine === null) return "only_theirs";
  if (isSame(field)) return "same";
  return sourceOf(field.mine.source) === sourceOf(field.theirs.source) ? "newer" : "stronger";
}

/** Whose value wins a field that differs. */
export const winner = (field: Field): "mine" | "theirs" => (field.mine !== null && plain(field.shown.value) === plain(field.mine.value) ? "mine" : "theirs");

/** Nothing but people's word stands behind it. */
export const onWordOnly = (preview: Preview): boolean => preview.evidence.length === 0;
