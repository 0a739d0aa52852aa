/** Conditions of rules as rows of a form: comparisons that all hold, or one of them. What is deeper stays JSON. */

export type Condition = Record<string, unknown>;

export const OPERATORS = [
  "is",
  "is_not",
  "in",
  "contains",
  "contains_any",
  "starts_with",
  "at_least",
  "at_most",
  "before",
  "since",
  "exists",
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Row {
  field: string;
  operator: Operator;
  value: string;
}

export interface Rows {
  group: "all" | "any";
  rows: Row[];
}

/** What routing and its neighbours may ask for; attributes, entitlements and other systems' facts have names of their own. */
export const FACTS = [
  "channel",
  "inbox_id",
  "team_id",
  "priority",
  "labels",
  "text",
  "contact.tier",
  "contact.locale",
  "contact.language",
  "contact.dialect",
  "contact.country",
  "contact.customer_days",
  "contact.labels",
  "contact.preferred_channel",
  "contact.is_verified",
  "attribute.",
  "entitlement.",
  "external.",
  "episode",
  "escalation.tier",
  "is_returning",
  "sla_at_risk",
  "promise_broken",
] as const;

const LISTS: ReadonlySet<string> = new Set(["in", "contains_any"]);
const NUMBERS: ReadonlySet<string> = new Set(["at_least", "at_most"]);
const TEXTS: ReadonlySet<string> = new Set(["contains", "starts_with", "before", "since"]);

/** As it is typed: a text that would be read as something else stands in quotes. */
function written(value: unknown): string {
  if (typeof value === "string") return scalar(value) === value ? value : JSON.stringify(value);
  return String(value);
}

/** A number, true, false or null where it looks like one, else a text. */
function scalar(text: string): unknown {
  const bare = text.trim();
  if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(bare)) return JSON.parse(bare.replace(/^(-?)0+(?=\d)/, "$1")) as unknown;
  if (/^".*"$/.test(bare)) {
    try {
      return JSON.parse(bare) as unknown;
    } catch {
      return bare;
    }
  }
  return bare;
}

function rowOf(part: unknown): Row | null {
  if (typeof part !== "object" || part === null || !("field" in part)) return null;
  const names = Object.keys(part).filter((name) => name !== "field");
  const operator = names[0] as Operator | undefined;
  if (names.length !== 1 || operator === undefined || !OPERATORS.includes(operator)) return null;
  const value = (part as Condition)[operator];
  const field = String((part as Condition)["field"]);
  if (LISTS.has(operator)) {
    if (!Array.isArray(value)) return null;
    const words = value.map(written);
    return words.some((word) => word.includes(",")) ? null : { field, operator, value: words.join(", ") };
  }
  if (typeof value === "object" && value !== null) return null;
  return { field, operator, value: TEXTS.has(operator) ? String(value) : written(value) };
}

/** None where the condition is deeper than a form shows. */
export function rowsOf(condition: Condition): Rows | null {
  const names = Object.keys(condition);
  if (names.length === 0) return { group: "all", rows: [] };
  const group = names[0];
  if (names.length === 1 && (group === "all" || group === "any")) {
    const parts = condition[group];
    if (!Array.isArray(parts)) return null;
    const rows = parts.map(rowOf);
    return rows.some((row) => row === null) ? null : { group, rows: rows as Row[] };
  }
  const row = rowOf(condition);
  return row === null ? null : { group: "all", rows: [row] };
}

function partOf({ field, operator, value }: Row): Condition {
  const made = LISTS.has(operator)
    ? value.split(",").map((each) => each.trim()).filter((each) => each !== "").map(scalar)
    : NUMBERS.has(operator)
      ? value.trim() === "" || Number.isNaN(Number(value)) ? value : Number(value)
      : operator === "exists"
        ? value === "true"
        : TEXTS.has(operator)
          ? value
          : scalar(value);
  return { field: field.trim(), [operator]: made };
}

export function conditionOf({ group, rows }: Rows): Condition {
  if (rows.length === 0) return {};
  return rows.length === 1 ? partOf(rows[0]!) : { [group]: rows.map(partOf) };
}
