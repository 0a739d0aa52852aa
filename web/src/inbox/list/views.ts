/** Saved views: what of the list that is shown one keeps, and what of one a form can show. */

import type { Schemas } from "../../api/client";
import { NO_FILTER, PRIORITIES, STATUSES, statusOf, type Filter, type Place, type SavedView, type Sort } from "./places";

type Source = Schemas["ViewSourceBody"];

const SORTED: Record<Sort, SavedView["sort"]> = { need: "priority", newest: "activity", waiting: "waiting" };
const LISTED: Partial<Record<Place["kind"], Source["list"]>> = { mine: "mine", unassigned: "unassigned", team: "team", inbox: "inbox" };

export const sortFor = (sort: Sort | null): SavedView["sort"] => SORTED[sort ?? "newest"];

export const sortIn = (sort: SavedView["sort"]): Sort => (Object.keys(SORTED) as Sort[]).find((each) => SORTED[each] === sort) ?? "newest";

export function sourceOf(place: Place, filter: Filter): Source {
  return {
    list: LISTED[place.kind] ?? "all",
    status: statusOf(place, filter),
    ...(place.kind === "team" && { team_id: place.id }),
    ...(place.kind === "inbox" && { inbox_id: place.id }),
  } as Source;
}

export function placeIn({ source }: SavedView): Place {
  const { list, team_id: team, inbox_id: inbox } = source as unknown as Source;
  return { kind: list, id: team ?? inbox ?? "" };
}

/** The status of the list, and no more. */
export function statusIn({ source }: SavedView): Filter {
  return { ...NO_FILTER, status: STATUSES.find((each) => each === source["status"]) ?? null };
}

const FIELDS: Record<string, keyof Filter> = { channel: "channel", labels: "label", priority: "priority", team_id: "team" };

/** Null: it asks for more than the form has fields for. */
export function filterIn(view: SavedView): Filter | null {
  const { filter: condition } = view;
  const parts = Object.keys(condition).length === 0 ? [] : Array.isArray(condition["all"]) && Object.keys(condition).length === 1 ? (condition["all"] as unknown[]) : [condition];
  const filter: Record<string, unknown> = { ...statusIn(view) };
  for (const part of parts) {
    const field = fieldIn(part);
    if (field === null || filter[field[0]] !== NO_FILTER[field[0]]) return null;
    filter[field[0]] = field[1];
  }
  return filter as unknown as Filter;
}

function fieldIn(part: unknown): [keyof Filter, string] | null {
  const { field, is, ...more } = part as Record<string, unknown>;
  const name = typeof field === "string" && Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (name === undefined || typeof is !== "string" || is === "" || Object.keys(more).length > 0) return null;
  return name === "priority" && !PRIORITIES.some((each) => each === is) ? null : [name, is];
}
