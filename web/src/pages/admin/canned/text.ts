/** A canned response as the form holds it: its placeholders, its languages, what is sent of it. */

import type { Schemas } from "../../../api/client";

export interface Draft {
  shortcut: string;
  title: string;
  body: string;
  variants: Record<string, string>;
  channels: string[];
  scope: Schemas["TextScope"];
  team_id: string | null;
}

export const BLANK: Draft = { shortcut: "", title: "", body: "", variants: {}, channels: [], scope: "all", team_id: null };

export const draftOf = ({ shortcut, title, body, variants, channels, scope, team_id }: Schemas["CannedView"]): Draft => ({
  shortcut,
  title,
  body,
  variants,
  channels,
  scope,
  team_id,
});

/** The ones that are wanted most; others are typed. */
export const PLACEHOLDERS = [
  "contact.name",
  "contact.first_name",
  "contact.email",
  "contact.phone",
  "contact.tier",
  "contact.customer_since",
  "agent.name",
  "agent.first_name",
] as const;

/** `{{name|fallback}}`, in the order of the text, each once. */
export function placeholdersOf(text: string): string[] {
  const found = [...text.matchAll(/\{\{\s*([a-z_][a-z0-9_.]*)\s*(?:\|[^{}]*)?\}\}/gi)].map((match) => match[1] ?? "");
  return [...new Set(found)];
}

/** Without a word for whom it is not known, nothing goes out with it. */
export function withoutFallback(text: string): string[] {
  return placeholdersOf(text).filter((name) => new RegExp(`\\{\\{\\s*${name.replaceAll(".", "\\.")}\\s*\\}\\}`).test(text));
}

/** Languages that texts are often kept in; others are typed. */
export const COMMON = ["de", "en", "es", "fr", "ja", "pt", "ru", "zh-Hans", "zh-Hant"] as const;

export const isLanguage = (text: string): boolean => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(text);
