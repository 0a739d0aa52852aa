/** What stands on a simulated phone, from whatever its provider shows. */

import type { Json } from "./kinds";

export interface Line {
  key: string;
  /** As the provider knows it; null where it says none. */
  id: string | null;
  mine: boolean;
  text: string;
  /** Of ours: how far it has come there. */
  state: string | null;
  edited: boolean;
  deleted: boolean;
  reactions: readonly string[];
  /** What can be pressed. */
  buttons: readonly string[];
  raw: Json;
}

/** Whoever is not one of these is the customer. */
const DESK = new Set(["business", "bot", "account", "desk"]);
const IDS = ["id", "external_id", "message_id", "token", "sid"] as const;

export const linesOf = (screen: Json): Line[] => listOf(screen["messages"]).map(lineOf);

function lineOf(raw: Json, place: number): Line {
  const id = IDS.map((name) => raw[name]).find((value) => typeof value === "string" || typeof value === "number");
  const known = id === undefined ? null : String(id);
  return {
    key: known ?? `#${place}`,
    id: known,
    mine: !DESK.has(String(raw["author"])),
    text: textOf(raw),
    state: typeof raw["state"] === "string" && raw["state"] !== "received" ? raw["state"] : null,
    edited: raw["edited"] === true || raw["edit_date"] !== undefined,
    deleted: raw["deleted"] === true || raw["unsent"] === true,
    reactions: Object.values((raw["reactions"] as Json | undefined) ?? {}).map(String),
    buttons: [...new Set(titles(raw["body"] ?? raw))],
    raw,
  };
}

function textOf(raw: Json): string {
  for (const name of ["text", "Content", "caption", "body"]) {
    const value = raw[name];
    if (typeof value === "string" && value !== "") return value.trimEnd();
    const inner = (value as Json | undefined)?.["content"];
    if (typeof inner === "string") return inner;
  }
  const kind = raw["type"] ?? raw["kind"] ?? raw["msgtype"];
  return typeof kind === "string" ? `[${kind}]` : "[…]";
}

/** Titles of what looks like a button, however deep. */
function titles(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const each of value) titles(each, found);
  else if (typeof value === "object" && value !== null) {
    const { title, payload, reply, callback_data, text } = value as Json;
    if (typeof title === "string" && (payload !== undefined || reply !== undefined || "id" in value)) found.push(title);
    if (typeof text === "string" && typeof callback_data === "string") found.push(text);
    for (const each of Object.values(value)) titles(each, found);
  }
  return found;
}

/** Facts beside the messages that say how the phone is: `window_open`, `business_typing`, `blocked`, ... */
export function flagsOf(screen: Json): string[] {
  return Object.entries(screen).flatMap(([name, value]) => {
    if (typeof value === "boolean") return [`${name}: ${value ? "yes" : "no"}`];
    return typeof value === "number" ? [`${name}: ${value}`] : [];
  });
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
