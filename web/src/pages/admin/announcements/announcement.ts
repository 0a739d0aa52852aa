/** An announcement as a form holds it. Times are the reader's own, as fields of date and time have them. */

import type { Schemas } from "../../../api/client";

export type Announcement = Schemas["AnnouncementView"];

export interface Draft {
  title: string;
  body: string;
  level: Schemas["Level"];
  team_ids: string[];
  requires_ack: boolean;
  starts: string;
  ends: string;
}

export const EMPTY: Draft = { title: "", body: "", level: "info", team_ids: [], requires_ack: false, starts: "", ends: "" };

export type State = "later" | "now" | "over";

export function stateOf(one: Pick<Announcement, "starts_at" | "ends_at">, now: number): State {
  if (Date.parse(one.ends_at) <= now) return "over";
  return Date.parse(one.starts_at) > now ? "later" : "now";
}

/** `2026-03-04T09:30`, by the reader's clock. */
export function local(moment: string): string {
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const moment = (typed: string): string => new Date(typed).toISOString();

export const draftOf = (one: Announcement): Draft => ({
  title: one.title,
  body: one.body,
  level: one.level,
  team_ids: [...one.team_ids].sort(),
  requires_ack: one.requires_ack,
  starts: local(one.starts_at),
  ends: local(one.ends_at),
});

export function bodyOf(draft: Draft, client_id: string): Schemas["AnnouncementBody"] {
  const { starts, ends, ...rest } = draft;
  return { ...rest, client_id, starts_at: starts === "" ? null : moment(starts), ends_at: ends === "" ? null : moment(ends) };
}

/** What differs from what is stored: a beginning that has passed cannot be sent again. */
export function changesOf(draft: Draft, stored: Announcement, version: number): Schemas["AnnouncementChanges"] {
  const before = draftOf(stored);
  const { starts, ends, ...rest } = draft;
  return {
    ...rest,
    version,
    ...(starts === "" || starts === before.starts ? {} : { starts_at: moment(starts) }),
    ...(ends === "" || ends === before.ends ? {} : { ends_at: moment(ends) }),
  };
}

export const isWhole = (draft: Draft): boolean => draft.title.trim() !== "" && draft.body.trim() !== "";
