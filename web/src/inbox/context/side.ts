/** Whom a side thread asks, of what was typed. */

export interface Asked {
  kind: "colleague" | "email" | "slack";
  /** Agents and teams. */
  people: string[];
  to: string;
  cc: string;
  inbox: string;
  channel: string;
}

const MAIL = /^[^\s@]+@[^\s@]+$/;

/** What is being typed is not wrong yet: only a part that is over is. */
export function addressesIn(text: string): { addresses: string[]; wrong: string[] } {
  const parts = text.split(/[,，、;；\s]+/).filter(Boolean);
  return { addresses: parts, wrong: parts.slice(0, -1).filter((part) => !MAIL.test(part)) };
}

export function whomOf({ kind, people, to, cc, inbox, channel }: Asked): Record<string, unknown> {
  if (kind === "colleague") {
    return { agent_ids: people.filter((id) => id.startsWith("agt_")), team_ids: people.filter((id) => !id.startsWith("agt_")) };
  }
  if (kind === "slack") return { channel_id: channel.trim() };
  return { to: addressesIn(to).addresses, cc: addressesIn(cc).addresses, ...(inbox === "" ? {} : { inbox_id: inbox }) };
}

/** Everything that was asked and answered, oldest first, each once, over pages whose newest comes first or last. */
export const inNumber = <M extends { id: string; number: number }>(pages: readonly { items: readonly M[] }[]): M[] =>
  [...new Map(pages.flatMap((page) => page.items).map((each) => [each.id, each])).values()].sort((one, other) => one.number - other.number);
