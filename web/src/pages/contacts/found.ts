/** What was found: contacts with what matched, each once, whichever list they come from. */

import type { Schemas } from "../../api/client";

type Contact = Schemas["ContactRow"];
type Match = Schemas["MatchView"];

export interface Row {
  contact: Contact;
  matches: Match[];
}

interface Page {
  items: ReadonlyArray<Contact | { contact: Contact; matches: Match[] }>;
}

/** A contact that was indexed anew while somebody pages may come twice. */
export function rowsOf(pages: readonly Page[]): Row[] {
  const rows = new Map<string, Row>();
  for (const item of pages.flatMap((page) => page.items)) {
    const row = "contact" in item ? { contact: item.contact, matches: item.matches } : { contact: item, matches: [] };
    if (!rows.has(row.contact.id)) rows.set(row.contact.id, row);
  }
  return [...rows.values()];
}

/** What matched and is not to be seen in the row already. */
export function matchShown(contact: Contact, matches: readonly Match[]): string {
  const seen = new Set([contact.display_name, contact.email, contact.phone]);
  return [...new Set(matches.map((match) => match.value))].filter((value) => !seen.has(value)).join(", ");
}
