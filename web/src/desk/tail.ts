/** The end of an open thread: everything from one entry on is here. The live store has all that was told, also of what was
 * said long before: that changes what is shown, and adds nothing, for what stands between is not here. */

import type { Thing } from "parley-live";
import type { LiveDesk } from "../live/desk";
import { earlier } from "./ids";

export const TAIL = "tail";
/** So many entries of an open thread are held; those before can be read again. */
export const MOST_HELD = 2_000;
/** So many more before the oldest go: not with each one that comes. */
const SPARE = 200;

let told = 0;

/** Stands in the store beside what it speaks of, so that both change at once. `from`: null where the thread begins. */
export function tailThing(conversationId: string, from: string | null): Thing {
  told += 1;
  return { kind: TAIL, id: conversationId, version: told, view: { from } };
}

/** Undefined: not read yet. */
export const tailOf = (thing: Thing | undefined): string | null | undefined => thing?.view["from"] as string | null | undefined;

const idOf = (key: string): string => key.slice(key.indexOf("/") + 1);
const isEntry = (key: string): boolean => key.startsWith("message/") || key.startsWith("note/");

/** Of too many the oldest go. */
export function shorten(live: LiveDesk, conversationId: string): void {
  const topic = `conversation:${conversationId}`;
  const members = live.store.members.get(topic);
  if (members === undefined || members.size <= MOST_HELD + SPARE) return;
  const held = [...members.keys()].filter(isEntry);
  held.sort((one, other) => earlier(idOf(one), idOf(other)));
  const first = held[held.length - MOST_HELD];
  if (first === undefined) return;
  live.learn(topic, [tailThing(conversationId, idOf(first))]);
  live.drop(topic, held.slice(0, -MOST_HELD));
}
