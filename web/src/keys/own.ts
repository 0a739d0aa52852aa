/** Keys of one's own, and whether single keys work at all: among the settings that the desk keeps. */

import { useMemo } from "react";
import { useSettings, type Changes, type Settings } from "../app/settings";
import { COMMANDS, type Command, type CommandId } from "./commands";
import { isSingle, tableOf, type Own } from "./keyboard";

export interface OwnKeys {
  own: Own;
  singleKeys: boolean;
}

const SINGLE = "keys.single";
const KEY_OF = "shortcut.";

/** Of commands that there are no more, nothing is said. */
export function ownFrom(settings: Settings): OwnKeys {
  const own = Object.entries(settings).flatMap(([name, keys]) => {
    const id = name.slice(KEY_OF.length);
    return name.startsWith(KEY_OF) && id in COMMANDS && typeof keys === "string" ? [[id, keys]] : [];
  });
  return { own: Object.fromEntries(own) as Own, singleKeys: settings[SINGLE] !== false };
}

/** What is as it was given is forgotten. */
export function changesTo(before: OwnKeys, after: OwnKeys): Changes {
  const gone = Object.keys(before.own).filter((id) => !(id in after.own));
  return {
    ...Object.fromEntries(gone.map((id) => [KEY_OF + id, null])),
    ...Object.fromEntries(Object.entries(after.own).map(([id, keys]) => [KEY_OF + id, keys])),
    [SINGLE]: after.singleKeys ? null : false,
  };
}

export function useOwnKeys(): [OwnKeys, (keys: OwnKeys) => void] {
  const { settings, change } = useSettings();
  const keys = useMemo(() => ownFrom(settings), [settings]);
  return [keys, (after) => change(changesTo(keys, after))];
}

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
