/** Gives numbers from 0 to below 1: waits are spread by it. */
export type Chance = () => number;

/** Of an RFC 3339 time, in milliseconds since 1970. */
export function milliseconds(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new RangeError(`not a time: ${text}`);
  return at;
}

/** How long to wait before an attempt: exponential, with full jitter, so that many clients that were cut off together do
 * not come back together. */
export function backOff(attempt: number, chance: Chance, base = 500, cap = 30_000): number {
  return Math.floor(chance() * Math.min(cap, base * 2 ** Math.min(attempt, 20)));
}

/** The least of those that are numbers. */
export function earliest(times: Iterable<number | null>): number | null {
  let found: number | null = null;
  for (const at of times) if (at !== null && (found === null || at < found)) found = at;
  return found;
}
