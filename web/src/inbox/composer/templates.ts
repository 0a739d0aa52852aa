/** What a template asks for, and how the values are sent. */

import type { Schemas } from "../../api/client";

export type Template = Schemas["TemplateView"];

export interface Blank {
  /** `body.1`, `header.name`, `button.0`. */
  key: string;
  part: "header" | "body" | "button";
  name: string;
}

export type FileKind = "image" | "video" | "document";
/** What choosers of files offer first; what the channel takes, the desk knows. */
export const ACCEPTED: Record<FileKind, string | undefined> = { image: "image/*", video: "video/*", document: undefined };

export function blanksOf({ parts }: Template): Blank[] {
  if (parts === null) return [];
  const header = parts.header?.kind === "text" ? parts.header.placeholders.map((name): Blank => ({ key: `header.${name}`, part: "header", name })) : [];
  const body = parts.placeholders.map((name): Blank => ({ key: `body.${name}`, part: "body", name }));
  const buttons = parts.buttons.flatMap(({ needs_value, text }, place): Blank[] => (needs_value ? [{ key: `button.${place}`, part: "button", name: text }] : []));
  return [...header, ...body, ...buttons];
}

/** With which file a template begins; null: with none. */
export function fileOf({ parts }: Template): FileKind | null {
  const kind = parts?.header?.kind ?? "";
  return Object.hasOwn(ACCEPTED, kind) ? (kind as FileKind) : null;
}

/** A header that is a place cannot be given here. */
export const needsPlace = ({ parts }: Template): boolean => parts?.header?.kind === "location";

const NUMBERED = /^\d+$/;

const parameter = (name: string, text: string) => ({ type: "text", text, ...(NUMBERED.test(name) ? {} : { parameter_name: name }) });

export function contentOf(template: Template, values: Readonly<Record<string, string>>): { name: string; language: string; components: Array<Record<string, unknown>> } {
  const blanks = blanksOf(template);
  const of = (part: "header" | "body") => {
    const parameters = blanks.filter((blank) => blank.part === part).map(({ key, name }) => parameter(name, values[key] ?? ""));
    return parameters.length === 0 ? [] : [{ type: part, parameters }];
  };
  const file = fileOf(template);
  // The message has that one file.
  const header = file === null ? of("header") : [{ type: "header", parameters: [{ type: file, attachment: 0 }] }];
  const buttons = (template.parts?.buttons ?? []).flatMap(({ kind, needs_value }, index) => {
    if (!needs_value) return [];
    const value = values[`button.${index}`] ?? "";
    return [{ type: "button", sub_type: kind, index, parameters: [kind === "copy_code" ? { type: "coupon_code", coupon_code: value } : { type: "text", text: value }] }];
  });
  return { name: template.name, language: template.language, components: [...header, ...of("body"), ...buttons] };
}

/** Those of the customer's language first. */
export function byLanguage(all: readonly Template[], language: string | null): Template[] {
  const wanted = language?.split(/[-_]/)[0]?.toLowerCase();
  const far = ({ language: its }: Template): number => (wanted !== undefined && its.split(/[-_]/)[0]?.toLowerCase() === wanted ? 0 : 1);
  return [...all].sort((one, other) => far(one) - far(other) || one.name.localeCompare(other.name));
}
