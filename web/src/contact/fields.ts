/** The fields of a contact: which there are, how each is typed, and whose word is shown. */

import type { Schemas } from "../api/client";

export type Said = Schemas["SaidView"];
export type ProfileField = Schemas["ProfileFieldView"];
export type Hours = Record<string, string[][]>;

export type Form = "line" | "date" | "channel" | "list" | "hours" | "text";

const FORMS = {
  name: "line",
  email: "line",
  phone: "line",
  language: "line",
  time_zone: "line",
  tier: "line",
  customer_since: "date",
  preferred_channel: "channel",
  contact_hours: "hours",
  username: "line",
  dialect: "line",
  locale: "line",
  interests: "list",
  goals: "list",
} as const satisfies Record<string, Form>;

export type FieldName = keyof typeof FORMS;

/** Always to be seen; the others where somebody has said something, or where all are asked for. */
const ALWAYS: readonly FieldName[] = ["name", "email", "phone", "language", "time_zone", "tier"];
export const FIELDS = Object.keys(FORMS) as FieldName[];
export const ATTRIBUTE = "attribute.";

export const isField = (name: string): name is FieldName => Object.hasOwn(FORMS, name);
export const formOf = (name: FieldName): Form => FORMS[name];

/** The names to show, in their order. */
export function shownFields(said: readonly ProfileField[], all: boolean): FieldName[] {
  const known = new Set(said.map((field) => field.name));
  return FIELDS.filter((name) => all || ALWAYS.includes(name) || known.has(name));
}

/** What stands in the box that a field is edited in. */
export function typed(name: FieldName, value: unknown): string {
  if (value === null || value === undefined) return "";
  return FORMS[name] === "list" && Array.isArray(value) ? value.join(", ") : String(value);
}

/** What the API is told of what was typed; empty takes the word away. */
export function meant(name: FieldName, text: string): string | string[] | null {
  if (FORMS[name] !== "list") return text.trim() || null;
  const parts = text.split(/[,，、;；\n]/).map((part) => part.trim()).filter(Boolean);
  return parts.length > 0 ? parts : null;
}

const SPAN = /^(\d{1,2}:\d{2})\s*[-–—~]\s*(\d{1,2}:\d{2})$/;
export const WEEKDAYS = ["0", "1", "2", "3", "4", "5", "6"] as const;

/** "09:00-12:00, 14:00-18:00". */
export const hoursTyped = (spans: readonly (readonly string[])[] | undefined): string =>
  (spans ?? []).map((span) => span.join("-")).join(", ");

/** Null where it is none. */
export function spansOf(text: string): string[][] | null {
  const spans: string[][] = [];
  for (const part of text.split(/[,，、;]/).map((each) => each.trim()).filter(Boolean)) {
    const [, from, to] = SPAN.exec(part) ?? [];
    if (from === undefined || to === undefined) return null;
    spans.push([from.padStart(5, "0"), to.padStart(5, "0")]);
  }
  return spans;
}

/** The hours of a week; days without any are left out. `wrong`: the weekdays that cannot be read. */
export function hoursOf(texts: Readonly<Record<string, string>>): { hours: Hours | null; wrong: string[] } {
  const hours: Hours = {};
  const wrong: string[] = [];
  for (const day of WEEKDAYS) {
    const spans = spansOf(texts[day] ?? "");
    if (spans === null) wrong.push(day);
    else if (spans.length > 0) hours[day] = spans;
  }
  return { hours: Object.keys(hours).length > 0 ? hours : null, wrong };
}

export const SOURCES = ["agent", "verified", "site", "provider", "import", "store", "visitor"] as const;
export type Source = (typeof SOURCES)[number] | "other";

export const sourceOf = (source: string): Source => SOURCES.find((each) => each === source) ?? "other";

/** Proof, somebody's word, or what was typed by nobody knows whom. */
export function trust(source: string): "proven" | "told" | "typed" {
  if (source === "verified" || source === "site" || source === "provider") return "proven";
  return source === "visitor" || sourceOf(source) === "other" ? "typed" : "told";
}

/** A value in a line. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
