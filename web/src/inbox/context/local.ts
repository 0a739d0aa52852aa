/** What time it is where the customer is. */

/** Null where nobody knows the zone. */
export function localTime(locale: string, zone: string, now: number): string | null {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone: zone, timeStyle: "short" }).format(now);
  } catch {
    return null;
  }
}
