/** Why a channel does not carry what is written, in the reader's language. Null: only the desk's own sentence tells it. */

import type { Formats } from "../../i18n/formats";
import type { Say, TextId } from "../../i18n/texts";

export type Facts = Readonly<Record<string, unknown>>;

const WORDS: Record<string, TextId> = {
  text_empty: "composer.unfit.text_empty",
  text_beside_file: "composer.unfit.text_beside_file",
  file_type: "composer.unfit.file_type",
  files: "composer.unfit.files",
  file_kind: "composer.unfit.file_kind",
  kind: "composer.unfit.kind",
  quotation: "composer.unfit.quotation",
  address: "composer.unfit.address",
  copies: "composer.unfit.copies",
  subject: "composer.unfit.subject",
};
const MEGABYTE = 1024 * 1024;

export function misfitWords(facts: Facts, channel: string, say: Say, formats: Formats): string | null {
  const { why, length, limit, unit, limit_bytes: bytes, mime } = facts;
  if (why === "text_too_long") {
    const values = { channel, length: formats.number(Number(length)), limit: formats.number(Number(limit)) };
    return say(unit === "bytes" ? "composer.unfit.text_bytes" : "composer.unfit.text_too_long", values);
  }
  if (why === "file_too_large") {
    if (bytes === undefined) return say("composer.unfit.file_too_large", { channel });
    return say("composer.unfit.file_above", { channel, mb: formats.number(Number(bytes) / MEGABYTE, { maximumFractionDigits: 1 }) });
  }
  const id = typeof why === "string" && Object.hasOwn(WORDS, why) ? WORDS[why] : undefined;
  return id === undefined ? null : say(id, { channel, mime: String(mime) });
}
