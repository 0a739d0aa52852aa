/** The page's one listener for keys, and what is registered for them. Single keys work outside of text fields alone. */

import { COMMANDS, type CommandId } from "./commands";
import { isComposing } from "./ime";
import { pressed } from "./press";

export interface Registered {
  run: () => void;
  /** Why it cannot be done now; null where it can. */
  refused: string | null;
}

/** How long a first key (`g`) waits for its second one. */
const SECOND_WITHIN = 1_000;
/** These have keys of their own for letters. */
const OWN_KEYS = "input, textarea, select, [contenteditable=true], [role=menu], [role=listbox], [role=dialog], [role=alertdialog]";

export class Keyboard {
  private readonly registered = new Map<CommandId, Registered[]>();
  private readonly listeners = new Set<() => void>();
  private first: { key: string; at: number } | null = null;
  private table = tableOf({});
  private singleKeys = true;
  private changes = 0;
  /** Told why a command whose key was pressed is not done. */
  onRefused: (reason: string) => void = () => undefined;

  constructor(readonly mac: boolean) {}

  /** Keys of one's own, by command; an empty one takes the key away. Single keys can be switched off (WCAG 2.1.4). */
  remap(own: Own, singleKeys = true): void {
    this.table = tableOf(own);
    this.singleKeys = singleKeys;
    this.tell();
  }

  /** Until what is answered is called; what was registered last is done. */
  register(id: CommandId, command: Registered): () => void {
    const all = this.registered.get(id) ?? [];
    this.registered.set(id, [...all, command]);
    this.tell();
    return () => {
      this.registered.set(id, (this.registered.get(id) ?? []).filter((each) => each !== command));
      this.tell();
    };
  }

  /** Another number whenever something is registered, refused or given another key. */
  readonly version = (): number => this.changes;

  at(id: CommandId): Registered | undefined {
    return this.registered.get(id)?.at(-1);
  }

  keysOf(id: CommandId): string | undefined {
    const keys = [...this.table].find(([, each]) => each === id)?.[0];
    return keys !== undefined && !this.singleKeys && isSingle(keys) ? undefined : keys;
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isComposing(event)) return;
    const key = pressed(event, this.mac);
    if (key === null) return;
    const inField = event.target instanceof Element && event.target.closest(OWN_KEYS) !== null;
    const single = isSingle(key);
    // Undoing in a field is the field's.
    if (inField && (single || key === "Mod+Z")) return;
    if (single && !this.singleKeys) return;
    const id = this.commandOf(key, event.timeStamp);
    const command = id === undefined ? undefined : this.at(id);
    if (command === undefined) return;
    event.preventDefault();
    if (command.refused === null) command.run();
    else this.onRefused(command.refused);
  };

  private commandOf(key: string, at: number): CommandId | undefined {
    const waiting = this.first !== null && at - this.first.at < SECOND_WITHIN ? this.first.key : null;
    this.first = null;
    if (waiting !== null) return this.table.get(`${waiting} ${key}`);
    if ([...this.table.keys()].some((keys) => keys.startsWith(`${key} `))) {
      this.first = { key, at };
      return undefined;
    }
    return this.table.get(key);
  }

  private tell(): void {
    this.changes += 1;
    for (const listener of this.listeners) listener();
  }
}

export type Own = Partial<Record<CommandId, string>>;

export const isSingle = (keys: string): boolean => !keys.startsWith("Mod+");

export function tableOf(own: Own): Map<string, CommandId> {
  const table = new Map<string, CommandId>();
  for (const [id, command] of Object.entries(COMMANDS) as Array<[CommandId, { keys?: readonly string[] }]>) {
    const chosen = own[id];
    for (const keys of chosen === undefined ? (command.keys ?? []) : [chosen]) if (keys !== "") table.set(keys, id);
  }
  return table;
}
