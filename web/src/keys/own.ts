/** Keys of one's own, and whether single keys work at all: kept in this browser, told to its other tabs. */

import { COMMANDS, type Command, type CommandId } from "./commands";
import { isSingle, tableOf, type Own } from "./keyboard";

export interface OwnKeys {
  own: Own;
  singleKeys: boolean;
}

export const KEYS_KEY = "parley.shortcuts";
const AS_GIVEN: OwnKeys = { own: {}, singleKeys: true };

/** What cannot be read is as if nothing was chosen: a page without keys would be worse. */
export function ownFrom(text: string | null): OwnKeys {
  if (text === null) return AS_GIVEN;
  try {
    const found = JSON.parse(text) as Partial<OwnKeys> | null;
    const own = Object.entries(found?.own ?? {}).filter(([id, keys]) => id in COMMANDS && typeof keys === "string");
    return { own: Object.fromEntries(own) as Own, singleKeys: found?.singleKeys !== false };
  } catch {
    return AS_GIVEN;
  }
}

const listeners = new Set<() => void>();
let known: { text: string | null; keys: OwnKeys } | null = null;

function text(): string | null {
  try {
    return localStorage.getItem(KEYS_KEY);
  } catch {
    return known?.text ?? null;
  }
}

export const ownKeys = {
  get(): OwnKeys {
    const found = text();
    if (known === null || known.text !== found) known = { text: found, keys: ownFrom(found) };
    return known.keys;
  },
  set(keys: OwnKeys): void {
    known = { text: JSON.stringify(keys), keys };
    try {
      localStorage.setItem(KEYS_KEY, JSON.stringify(keys));
    } catch {
      // Then it lasts as long as the page.
    }
    for (const each of listeners) each();
  },
  listen(listener: () => void): () => void {
    const other = (event: StorageEvent) => event.key === KEYS_KEY && listener();
    listeners.add(listener);
    addEventListener("storage", other);
    return () => {
      listeners.delete(listener);
      removeEventListener("storage", other);
    };
  },
};

/** Why these keys cannot be this command's: another one has them, or begins with them. Null where they can. */
export function clash(id: CommandId, keys: string, own: Own): CommandId | null {
  for (const [theirs, other] of tableOf(own)) {
    if (other === id) continue;
    if (theirs === keys || theirs.startsWith(`${keys} `) || keys.startsWith(`${theirs} `)) return other;
  }
  return null;
}

/** Those with Mod are the browser's neighbours and stay as they are. */
export const isMovable = (id: CommandId): boolean => !(COMMANDS[id] as Command).keys?.some((keys) => !isSingle(keys));

/** What may be somebody's key: a character or a letter with Shift, no key that moves the focus or ends something. */
export const isUsable = (keys: string): boolean => isSingle(keys) && /^(Shift\+)?\S$/u.test(keys);
