/** What the loader on a company's page and the widget's own page say to each other, by postMessage to an exact origin. */

import type { KeptFile } from "./files";

export const VERSION = 1;

export type Position = "start" | "end";
export type Direction = "ltr" | "rtl";
export type Theme = "auto" | "light" | "dark";

/** How the widget looks, as the launcher needs it too. */
export interface Colours {
  accent: string;
  onAccent: string;
  position: Position;
  brand: string;
}

export type Kept = Record<string, string>;

/** Said by the loader. */
export type ToFrame =
  /** The first word. `lasting`: what is kept outlives the page. */
  | { kind: "begin"; kept: Kept; lasting: boolean; languages: string[]; dir: Direction; open: boolean }
  | { kind: "shown"; open: boolean }
  | { kind: "identify"; proof: Proof }
  /** What earlier pages could not upload. */
  | { kind: "files"; files: KeptFile[] }
  /** Another tab of the same site keeps something else now. */
  | { kind: "kept"; key: string; value: string | null };

/** Said by the widget's page. */
export type ToHost =
  | { kind: "ready" }
  | { kind: "keep"; key: string; value: string | null }
  /** A file, until it has arrived: then null. */
  | { kind: "file"; key: string; file: File | null }
  | { kind: "close" }
  | { kind: "unread"; count: number; label: string }
  | { kind: "look"; colours: Colours; open: string; close: string; title: string }
  | { kind: "event"; name: EventName; data: unknown };

export type EventName = "message" | "sent" | "identified" | "refused";

/** What a site's server has signed of its user. */
export type Proof = { jwt: string } | { identifier: string; identifier_hash: string };

export type Wrapped<T> = T & { parley: typeof VERSION };

export const wrap = <T extends object>(said: T): Wrapped<T> => ({ ...said, parley: VERSION });

/** Null where it is not of ours. Whether the sender may say it, `origin` and `source` tell, not this. */
export function unwrap<T extends { kind: string }>(data: unknown): T | null {
  if (typeof data !== "object" || data === null) return null;
  const said = data as { parley?: unknown; kind?: unknown };
  return said.parley === VERSION && typeof said.kind === "string" ? (data as T) : null;
}
