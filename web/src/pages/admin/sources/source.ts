/** A data source as the form holds it. */

import type { Schemas } from "../../../api/client";

export type Source = Schemas["DataSourceView"];

export interface Mapped {
  name: string;
  path: string;
  type: Schemas["FactType"];
}

export interface Draft {
  key: string;
  name: string;
  url: string;
  method: Schemas["Method"];
  body: { name: string; value: string }[];
  auth: Schemas["Auth"];
  header: string;
  system: string;
  mapping: Mapped[];
  consumers: Schemas["Consumer"][];
  enabled: boolean;
  timeout_seconds: number;
  ttl_seconds: number;
  stale_seconds: number;
}

export const BLANK: Draft = {
  key: "",
  name: "",
  url: "https://",
  method: "GET",
  body: [],
  auth: "none",
  header: "",
  system: "",
  mapping: [{ name: "", path: "", type: "text" }],
  consumers: ["agents"],
  enabled: true,
  timeout_seconds: 2,
  ttl_seconds: 300,
  stale_seconds: 3_600,
};

export function draftOf(source: Source): Draft {
  const { id: _id, version: _version, body, mapping, ...rest } = source;
  return {
    ...rest,
    body: Object.entries(body).map(([name, value]) => ({ name, value })),
    mapping: Object.entries(mapping as unknown as Record<string, { path: string; type: Mapped["type"] }>).map(([name, { path, type }]) => ({
      name,
      path,
      type,
    })),
  };
}

/** Which credentials a way of signing in asks for. */
export const CREDENTIALS: Readonly<Record<Draft["auth"], readonly string[]>> = {
  none: [],
  bearer: ["token"],
  basic: ["user", "password"],
  header: ["value"],
};

/** Credentials left out stay as they are. */
export function bodyOf(draft: Draft, credentials: Readonly<Record<string, string>>) {
  const { body, mapping, ...rest } = draft;
  const given = CREDENTIALS[draft.auth].filter((name) => (credentials[name] ?? "") !== "");
  return {
    ...rest,
    header: draft.auth === "header" ? draft.header : "",
    body: Object.fromEntries(body.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value])),
    mapping: Object.fromEntries(
      mapping.filter(({ name }) => name.trim() !== "").map(({ name, path, type }) => [name.trim(), { path, type }]),
    ),
    credentials: given.length === 0 ? null : Object.fromEntries(given.map((name) => [name, credentials[name] ?? ""])),
  };
}
