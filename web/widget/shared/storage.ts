/** What is kept of a chat between pages. Where storage is blocked it lasts as long as the page. */

import type { Kept } from "./protocol";

type Place = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export class Keeping {
  private readonly memory = new Map<string, string>();
  private readonly place: Place | null;

  /** `find`: throws where a browser blocks storage. */
  constructor(
    private readonly prefix: string,
    find: () => Place,
  ) {
    this.place = working(find, prefix);
  }

  get lasting(): boolean {
    return this.place !== null;
  }

  all(): Kept {
    const found: Kept = {};
    for (const name of this.names()) {
      const value = this.get(name);
      if (value !== null) found[name] = value;
    }
    return found;
  }

  get(name: string): string | null {
    return this.place ? this.place.getItem(this.prefix + name) : (this.memory.get(name) ?? null);
  }

  set(name: string, value: string | null): void {
    if (!this.place) return void (value === null ? this.memory.delete(name) : this.memory.set(name, value));
    try {
      if (value === null) this.place.removeItem(this.prefix + name);
      else this.place.setItem(this.prefix + name, value);
    } catch {
      // Full: what is written stays in the widget's own memory.
    }
  }

  clear(): void {
    for (const name of this.names()) this.set(name, null);
  }

  /** The name of ours that another tab has changed. */
  mine(key: string | null): string | null {
    return key?.startsWith(this.prefix) ? key.slice(this.prefix.length) : null;
  }

  private names(): string[] {
    if (!this.place) return [...this.memory.keys()];
    const keys = Array.from({ length: this.place.length }, (_, index) => this.place?.key(index) ?? "");
    return keys.flatMap((key) => this.mine(key) ?? []);
  }
}

function working(find: () => Place, prefix: string): Place | null {
  try {
    const place = find();
    place.setItem(`${prefix}?`, "1");
    place.removeItem(`${prefix}?`);
    return place;
  } catch {
    return null;
  }
}
