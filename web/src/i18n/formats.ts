/** Numbers, dates and durations as the reader's language writes them. Times are ISO 8601, or milliseconds since 1970. */

export type Moment = string | number | Date;

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

export class Formats {
  private readonly made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

  /** `zone`: an IANA name; without it the reader's own. */
  constructor(
    readonly locale: string,
    readonly zone?: string,
  ) {}

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return this.numbers(options).format(value);
  }

  /** A share of one: 0.123 is 12.3 %. */
  percent(share: number, digits = 1): string {
    return this.number(share, { style: "percent", maximumFractionDigits: digits });
  }

  /** Micro-units of a currency, as the API counts money. */
  money(micro: number, currency = "USD"): string {
    return this.number(micro / 1e6, { style: "currency", currency });
  }

  date(at: Moment): string {
    return this.dates({ dateStyle: "medium" }).format(new Date(at));
  }

  /** As in "Sun, Nov 22". */
  day(at: Moment): string {
    return this.dates({ weekday: "short", month: "short", day: "numeric" }).format(new Date(at));
  }

  /** As in "Nov 22". */
  shortDay(at: Moment): string {
    return this.dates({ month: "short", day: "numeric" }).format(new Date(at));
  }

  time(at: Moment): string {
    return this.dates({ timeStyle: "short" }).format(new Date(at));
  }

  /** To the second: for "up to date as of". */
  clock(at: Moment): string {
    return this.dates({ timeStyle: "medium" }).format(new Date(at));
  }

  dateTime(at: Moment): string {
    return this.dates({ dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
  }

  /** Two units at most: "1 hr 4 min", "52 sec", "3 days 2 hr"; a second one that is none is left out: "1 hr". */
  duration(milliseconds: number, width: "short" | "narrow" | "long" = "short"): string {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    const parts: string[] = [];
    let left = seconds;
    for (const [unit, size] of UNITS) {
      const count = Math.floor(left / size);
      left -= count * size;
      const second = parts.length > 0;
      if (count > 0) parts.push(this.unit(count, unit, width));
      if (second) return parts.join(" ");
    }
    if (seconds < 3_600 && (left > 0 || parts.length === 0)) parts.push(this.unit(left, "second", width));
    return parts.join(" ");
  }

  /** How long ago, as in "5 minutes ago". */
  ago(at: Moment, now: number): string {
    const seconds = Math.round((now - new Date(at).getTime()) / 1000);
    const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? (["second", 1] as const);
    return new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
  }

  private unit(count: number, unit: string, width: "short" | "narrow" | "long"): string {
    return this.number(count, { style: "unit", unit, unitDisplay: width, maximumFractionDigits: 0 });
  }

  private numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    return this.kept(`n${JSON.stringify(options)}`, () => new Intl.NumberFormat(this.locale, options));
  }

  private dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const zoned = this.zone === undefined ? options : { ...options, timeZone: this.zone };
    return this.kept(`d${JSON.stringify(zoned)}`, () => new Intl.DateTimeFormat(this.locale, zoned));
  }

  /** Making one takes long; asking one does not. */
  private kept<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
    let found = this.made.get(key);
    if (found === undefined) this.made.set(key, (found = make()));
    return found as T;
  }
}
