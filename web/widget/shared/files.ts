/** Files that have not arrived at the desk: kept on the page's origin, so that the next page goes on with them.
 *
 * IndexedDB has their bytes, the site's storage a mark for each, and a lock says that a page is at one. Without locks, or where
 * storage is blocked or full, a file lasts as long as its page. */

import type { Keeping } from "./storage";

export const FILE = "file:";
const STORE = "files";
/** What a mark says: it has to be sent; it has arrived, and its bytes are being thrown away. */
const [WANTED, GONE] = ["1", "0"];
const DAY = 24 * 3_600_000;

export interface KeptFile {
  key: string;
  file: File;
}

type Row = KeptFile & { at: number };

export class FileKeeping {
  private readonly held = new Map<string, () => void>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly keeping: Keeping,
    private readonly now: () => number = Date.now,
  ) {}

  /** Null: it has arrived, or nobody wants it any more. */
  take(key: string, file: File | null): void {
    // At once: what has arrived is never sent by the next page.
    this.keeping.set(FILE + key, file ? WANTED : GONE);
    void this.next(() => (file ? this.keep(key, file) : this.forget(key)));
  }

  /** What earlier pages left, and no page is at. What is older than a day is thrown away. */
  async restore(): Promise<KeptFile[]> {
    const found: KeptFile[] = [];
    const marks = Object.entries(this.keeping.all()).filter(([name]) => name.startsWith(FILE));
    // Most visitors send no files: for them nothing is opened.
    if (marks.length === 0) return found;
    await this.next(async () => {
      const rows = await this.store<Row[]>("readonly", (store) => store.getAll() as IDBRequest<Row[]>);
      for (const [name, mark] of marks) {
        const key = name.slice(FILE.length);
        if (this.held.has(key) || !(await this.hold(key))) continue;
        const row = rows.find((each) => each.key === key);
        if (row && mark === WANTED && row.at > this.now() - DAY) found.push({ key, file: row.file });
        else await this.forget(key);
      }
    });
    return found;
  }

  clear(): void {
    void this.next(() => this.store("readwrite", (store) => store.clear()));
  }

  private async keep(key: string, file: File): Promise<void> {
    if (await this.hold(key)) await this.store("readwrite", (store) => store.put({ key, file, at: this.now() } satisfies Row));
  }

  private async forget(key: string): Promise<void> {
    await this.store("readwrite", (store) => store.delete(key)).catch(() => undefined);
    this.keeping.set(FILE + key, null);
    this.held.get(key)?.();
    this.held.delete(key);
  }

  /** One after the other, and never a fault of anybody else's. */
  private next(act: () => Promise<unknown>): Promise<unknown> {
    return (this.turn = this.turn.then(act).catch(() => undefined));
  }

  /** Until it is forgotten, or the page is gone. */
  private hold(key: string): Promise<boolean> {
    if (!("locks" in navigator)) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const name = `${this.name}${FILE}${key}`;
      const held = (lock: Lock | null): Promise<void> | undefined => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise((release) => this.held.set(key, release));
      };
      navigator.locks.request(name, { ifAvailable: true }, held).catch(reject);
    });
  }

  private store<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(this.name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction(STORE, mode);
        const asked = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => (opening.result.close(), resolve(asked.result));
        transaction.onabort = () => (opening.result.close(), reject(transaction.error));
      };
    });
  }
}
