/** Rows that outlive the page: IndexedDB, one database for each agent, one shelf for each kind of row.
 *
 * Where the browser has no storage for us, rows last as long as the page. */

export interface Shelf<Row extends { id: string }> {
  all(): Promise<Row[]>;
  put(row: Row): Promise<void>;
  remove(id: string): Promise<void>;
}

const SHELVES = ["outbox", "drafts"] as const;
export type ShelfName = (typeof SHELVES)[number];

const databases = new Map<string, Promise<IDBDatabase>>();

export function shelfOf<Row extends { id: string }>(agentId: string, name: ShelfName): Shelf<Row> {
  if (typeof indexedDB === "undefined") return inMemory();
  const spare = inMemory<Row>();
  const act = async <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await opened(agentId);
    return done(ask(database.transaction(name, mode).objectStore(name)));
  };
  return {
    all: () => act<Row[]>("readonly", (store) => store.getAll()).catch(() => spare.all()),
    put: (row) => act("readwrite", (store) => store.put(row)).then(() => undefined, () => spare.put(row)),
    remove: (id) => act("readwrite", (store) => store.delete(id)).catch(() => spare.remove(id)),
  };
}

export function inMemory<Row extends { id: string }>(): Shelf<Row> {
  const rows = new Map<string, Row>();
  return {
    all: () => Promise.resolve([...rows.values()]),
    put: (row) => Promise.resolve(void rows.set(row.id, row)),
    remove: (id) => Promise.resolve(void rows.delete(id)),
  };
}

function opened(agentId: string): Promise<IDBDatabase> {
  let database = databases.get(agentId);
  if (database === undefined) databases.set(agentId, (database = open(`parley.${agentId}`)));
  return database;
}

async function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const shelf of SHELVES) request.result.createObjectStore(shelf, { keyPath: "id" });
  };
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("storage"));
  });
}
