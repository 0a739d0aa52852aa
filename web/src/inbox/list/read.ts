/** One page of each list, by the API that has it. */

import { told, type Api, type Schemas } from "../../api/client";
import { canFilter, conditionOf, statusOf, type Filter, type Place, type Sort } from "./places";
import type { Listed } from "./order";

export interface Asked {
  place: Place;
  filter: Filter;
  sort: Sort | null;
  /** A customer is looked for, in all lists. */
  words: string;
}

export interface ListPage {
  items: Listed[];
  next: string | null;
}

const PAGE = 50;
const HITS = 20;

export function readPage(api: Api, asked: Asked, cursor: string | null): Promise<ListPage> {
  const { place, words } = asked;
  const on = cursor === null ? {} : { cursor };
  if (words !== "") return found(api, words, on);
  if (place.kind === "attention") return attention(api);
  if (place.kind === "windows") return windows(api, on);
  if (place.kind === "mentions") return mentions(api, on);
  if (place.kind === "saved") return saved(api, place.id, on);
  return listed(api, asked, on);
}

type On = { cursor?: string };
type Page = Schemas["ConversationList"];

const LISTS: Partial<Record<Place["kind"], "mine" | "unassigned" | "followed">> = { mine: "mine", unassigned: "unassigned", followed: "followed" };

async function listed(api: Api, { place, filter }: Asked, on: On): Promise<ListPage> {
  const condition = canFilter(place) ? conditionOf(filter) : {};
  const query = {
    ...on,
    limit: PAGE,
    reasons: true,
    view: LISTS[place.kind] ?? ("all" as const),
    status: statusOf(place, filter),
    ...(place.kind === "team" ? { team_id: place.id } : {}),
    ...(place.kind === "inbox" ? { inbox_id: place.id } : {}),
    ...(Object.keys(condition).length > 0 ? { filter: JSON.stringify(condition) } : {}),
  };
  return withReasons(await told(api.GET("/conversations", { params: { query } })));
}

const withReasons = (page: Page): ListPage => ({
  items: page.items.map((row) => ({ row, reasons: page.reasons[row.id] ?? null })),
  next: page.next_cursor,
});

async function attention(api: Api): Promise<ListPage> {
  const { items } = await told(api.GET("/me/attention"));
  return { items: items.map(({ conversation, reasons }) => ({ row: conversation, reasons })), next: null };
}

async function windows(api: Api, on: On): Promise<ListPage> {
  const page = await told(api.GET("/windows", { params: { query: { ...on, limit: PAGE } } }));
  const seen = new Set<string>();
  // What presses most comes first: a conversation's other windows are in its header.
  const first = page.items.filter(({ conversation: { id } }) => !seen.has(id) && seen.add(id));
  return { items: first.map((each) => ({ row: each.conversation, reasons: null, closesAt: each.closes_at })), next: page.next_cursor };
}

/** A conversation once, by the newest of its notes that mention the caller. */
async function mentions(api: Api, on: On): Promise<ListPage> {
  const page = await told(api.GET("/me/mentions", { params: { query: { ...on, limit: PAGE } } }));
  const first = new Map<string, Schemas["MentionView"]>();
  for (const each of page.items) if (!first.has(each.conversation_id)) first.set(each.conversation_id, each);
  const rows = await named(api, { ids: [...first.keys()] });
  return {
    items: rows.map(({ row, reasons }) => {
      const { author_name: name, text, note_id: entry } = first.get(row.id) as Schemas["MentionView"];
      return { row, reasons, words: `${name}: ${text}`, entry };
    }),
    next: page.next_cursor,
  };
}

async function saved(api: Api, id: string, on: On): Promise<ListPage> {
  const page = await told(api.GET("/views/{view_id}/conversations", { params: { path: { view_id: id }, query: { ...on, limit: PAGE } } }));
  const now = await named(api, { ids: page.items.map((row) => row.id) });
  const reasons = new Map(now.map((each) => [each.row.id, each.reasons]));
  return { items: page.items.map((row) => ({ row, reasons: reasons.get(row.id) ?? null })), next: page.next_cursor };
}

/** Customers by name, address, phone number, order or label, then what they wrote about. */
async function found(api: Api, words: string, on: On): Promise<ListPage> {
  const hits = await told(api.GET("/contacts/search", { params: { query: { ...on, q: words, limit: HITS } } }));
  const rows = await named(api, { contact_ids: hits.items.map((hit) => hit.contact.id) });
  const by = new Map(hits.items.map((hit) => [hit.contact.id, hit.matches.find((match) => match.field !== "name")]));
  return {
    items: rows.map(({ row, reasons }) => {
      const match = by.get(row.contact_id);
      return match === undefined ? { row, reasons } : { row, reasons, words: match.value };
    }),
    next: hits.next_cursor,
  };
}

/** Of some conversations, or contacts: what the desk says of them now. */
export async function named(api: Api, by: { ids: readonly string[] } | { contact_ids: readonly string[] }): Promise<Listed[]> {
  const [name, ids] = Object.entries(by)[0] as ["ids" | "contact_ids", readonly string[]];
  if (ids.length === 0) return [];
  const query = { [name]: ids.join(","), reasons: true };
  return withReasons(await told(api.GET("/conversations", { params: { query } }))).items;
}
