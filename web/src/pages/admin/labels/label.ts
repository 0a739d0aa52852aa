/** A label as the page holds it. */

export const SCOPES = ["conversation", "contact"] as const;
export type LabelScope = (typeof SCOPES)[number];

export interface Label {
  key: string;
  name: string;
  colour: string;
  description: string;
  scopes: LabelScope[];
}

export interface KeywordRule {
  name: string;
  condition: Record<string, unknown>;
  conversation_labels: string[];
  contact_labels: string[];
}

/** A key that says the name, where its letters are Latin; else it is typed. */
export const keyFrom = (name: string): string =>
  name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 40);
