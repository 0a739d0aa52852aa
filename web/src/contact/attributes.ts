/** Attributes of a contact: what is defined, what it holds, and how a value of each type is typed. */

import type { Schemas } from "../api/client";

export const TYPES = ["text", "number", "integer", "boolean", "date", "choice", "multi_choice", "url"] as const;
export type Type = (typeof TYPES)[number];
export type Value = string | number | boolean | string[];

export interface Definition {
  key: string;
  name: string;
  type: Type;
  choices: string[];
  required: boolean;
  description: string;
}

export interface Attribute {
  definition: Definition;
  /** Of a key that nobody has defined. */
  loose: boolean;
  value: Value | undefined;
}

export function definitions(view: Schemas["AttributesView"]): Definition[] {
  return (view.attributes as Partial<Definition>[]).map(definitionOf);
}

function definitionOf(told: Partial<Definition>): Definition {
  const type = TYPES.find((each) => each === told.type) ?? "text";
  const { key = "", name = key, choices = [], required = false, description = "" } = told;
  return { key, name, type, choices, required, description };
}

/** Those defined first, in their order, then whatever else the contact has. */
export function attributesOf(held: Record<string, unknown>, known: readonly Definition[]): Attribute[] {
  const loose = Object.keys(held).filter((key) => !known.some((each) => each.key === key)).sort();
  return [
    ...known.map((definition) => ({ definition, loose: false, value: held[definition.key] as Value | undefined })),
    ...loose.map((key) => ({ definition: definitionOf({ key, type: typeOf(held[key]) }), loose: true, value: held[key] as Value })),
  ];
}

function typeOf(value: unknown): Type {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return Array.isArray(value) ? "multi_choice" : "text";
}

/** Undefined where the text is no value of the type; empty is no value either. */
export function valueOf(type: Type, text: string): Value | undefined {
  const word = text.trim();
  if (word === "") return undefined;
  if (type === "integer") return /^[+-]?\d+$/.test(word) ? Number(word) : undefined;
  if (type === "number") return Number.isFinite(Number(word.replace(",", "."))) ? Number(word.replace(",", ".")) : undefined;
  if (type === "boolean") return word === "true";
  return type === "multi_choice" ? word.split(",").map((part) => part.trim()).filter(Boolean) : word;
}

export const typedValue = (value: Value | undefined): string => (value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value));

/** All attributes as they are to be: `PATCH` takes the whole set. */
export function changed(held: Record<string, unknown>, key: string, value: Value | undefined): Record<string, Value> {
  const { [key]: _, ...rest } = held as Record<string, Value>;
  return value === undefined ? rest : { ...rest, [key]: value };
}
