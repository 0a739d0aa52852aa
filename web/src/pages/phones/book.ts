/** The phones on the page, kept in this browser. */

export interface Owner {
  channel: string;
  account: string;
  address: string;
  name: string;
}

const KEY = "parley.phones";

export function phones(): Owner[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isOwner) : [];
  } catch {
    return [];
  }
}

export function keep(all: readonly Owner[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Without storage they last as long as the page.
  }
}

export const keyOf = ({ channel, account, address }: Owner): string => `${channel}/${account}/${address}`;

const isOwner = (value: unknown): value is Owner =>
  typeof value === "object" && value !== null && ["channel", "account", "address", "name"].every((name) => typeof (value as Record<string, unknown>)[name] === "string");
