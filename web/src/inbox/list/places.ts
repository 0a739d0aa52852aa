/** Which lists there are, by the part of the address that names them, and what each asks the API for. */

import type { Schemas } from "../../api/client";
import type { TextId } from "../../i18n/texts";

export type Row = Schemas["ConversationRow"];
export type SavedView = Schemas["SavedView"];
export type Status = Row["status"];

export const DESK_PLACES = ["mine", "attention", "unassigned", "all", "mentions", "followed", "snoozed", "resolved", "windows"] as const;
export type DeskPlace = (typeof DESK_PLACES)[number];

/** `team`, `inbox` and `saved` have the id of one; a team's id may be empty for the list of no team. */
export interface Place {
  kind: DeskPlace | "team" | "inbox" | "saved";
  id: string;
}

export const placeName = (kind: DeskPlace): TextId => `list.view_${kind}`;

/** One that there is not is the first. */
export function placeOf(view: string): Place {
  const [kind = "", id = ""] = view.split("/");
  if ((kind === "team" || kind === "inbox" || kind === "saved") && id !== "") return { kind, id };
  return { kind: DESK_PLACES.find((each) => each === kind) ?? "mine", id: "" };
}

export const viewOf = ({ kind, id }: Place): string => (id === "" ? kind : `${kind}/${id}`);

export const SORTS = ["need", "newest", "waiting"] as const;
export type Sort = (typeof SORTS)[number];

const SORTED_BY: Partial<Record<Place["kind"], Sort>> = { mine: "need", attention: "need", unassigned: "waiting" };

/** Null: the list comes in an order of its own. `kept`: as a saved view has it. */
export function sortOf(place: Place, asked: string | undefined, kept: Sort = "newest"): Sort | null {
  if (place.kind === "attention" || place.kind === "windows" || place.kind === "mentions") return null;
  return SORTS.find((each) => each === asked) ?? SORTED_BY[place.kind] ?? kept;
}

export interface Filter {
  status: Status | null;
  channel: string;
  label: string;
  priority: Row["priority"] | null;
  team: string;
}

export const NO_FILTER: Filter = { status: null, channel: "", label: "", priority: null, team: "" };
export const STATUSES: readonly Status[] = ["open", "pending", "snoozed", "resolved"];
export const PRIORITIES: ReadonlyArray<Row["priority"]> = ["urgent", "high", "normal", "low"];

export function filterOf(asked: Readonly<Record<string, string>>): Filter {
  return {
    status: STATUSES.find((each) => each === asked["status"]) ?? null,
    channel: asked["channel"] ?? "",
    label: asked["label"] ?? "",
    priority: PRIORITIES.find((each) => each === asked["priority"]) ?? null,
    team: asked["team"] ?? "",
  };
}

export const filtersIn = (filter: Filter): number => Object.values(filter).filter((each) => each !== null && each !== "").length;

/** Where the API can filter: lists that it keeps by an index. */
export const canFilter = (place: Place): boolean => !["attention", "windows", "mentions", "followed", "saved"].includes(place.kind);

/** The status that a list is of; where it leaves one to choose, the chosen one. */
export function statusOf(place: Place, filter: Filter): Status {
  if (place.kind === "snoozed" || place.kind === "resolved") return place.kind;
  return filter.status ?? "open";
}

type Condition = Record<string, unknown>;

/** As the conditions of views are written; the empty one takes all. */
export function conditionOf(filter: Filter): Condition {
  const parts: Condition[] = [];
  if (filter.channel !== "") parts.push({ field: "channel", is: filter.channel });
  if (filter.label !== "") parts.push({ field: "labels", is: filter.label });
  if (filter.priority !== null) parts.push({ field: "priority", is: filter.priority });
  if (filter.team !== "") parts.push({ field: "team_id", is: filter.team });
  const [first] = parts;
  return parts.length > 1 ? { all: parts } : (first ?? {});
}

const takes = (filter: Filter, row: Row): boolean =>
  (filter.channel === "" || row.channel === filter.channel) &&
  (filter.label === "" || row.labels.includes(filter.label)) &&
  (filter.priority === null || row.priority === filter.priority) &&
  (filter.team === "" || row.team_id === filter.team);

/** Whether a row is of the list, as far as a page can tell; null: only the desk knows. */
export function belongs(place: Place, filter: Filter, me: string, row: Row): boolean | null {
  if ((row as Partial<Schemas["ConversationView"]>).merged_into) return false;
  const status = statusOf(place, filter);
  const mine = row.assignee_id === me;
  switch (place.kind) {
    case "mine":
      return mine && row.status === status && takes(filter, row);
    case "attention":
      return mine && row.status === "open";
    case "unassigned":
      return row.assignee_id === null && row.status === status && takes(filter, row);
    case "all":
    case "snoozed":
    case "resolved":
      return row.status === status && takes(filter, row);
    case "team":
      return row.team_id === place.id && row.status === status && takes(filter, row);
    case "inbox":
      return row.inbox_id === place.id && row.status === status && takes(filter, row);
    default:
      return null;
  }
}

/** What keeps a list live: the caller's own work, and where others' conversations are shown, all teams. */
export function topicsOf(place: Place, me: string, teams: readonly string[]): string[] {
  const own = [`work:${me}`];
  if (["mine", "attention", "mentions", "followed", "windows"].includes(place.kind)) return own;
  if (place.kind === "team") return [...own, `team:${place.id}`];
  return [...own, "team:fallback", ...teams.slice(0, MOST_TEAMS).map((id) => `team:${id}`)];
}

// A socket follows sixty topics; tabs that are open, and the rest of the page, need some of them.
const MOST_TEAMS = 40;
