/** One tab tells of each fact: the first that claims its name. */

import { FRESH_MS } from "./classes";

/** Longer than a fact is fresh, in a tab whose line was cut too, and than an offer rings. */
const HELD_MS = FRESH_MS + 10_000;

const mine = new Set<string>();

/** Whether this tab may tell of it, and goes on doing so. Where the browser has no locks, each tab tells. */
export function claim(name: string): Promise<boolean> {
  if (mine.has(name) || !("locks" in navigator)) return Promise.resolve(true);
  return new Promise((answer) => {
    const held = navigator.locks.request(`parley.told.${name}`, { ifAvailable: true }, async (lock) => {
      answer(lock !== null);
      if (lock === null) return;
      mine.add(name);
      await new Promise((over) => setTimeout(over, HELD_MS));
      mine.delete(name);
    });
    held.catch(() => answer(true));
  });
}

const LATE_MS = 450;

/** The tab before somebody's eyes goes first, and may find that nothing has to be said; a hidden one goes last. `mute`:
 * behind all that can be heard. */
export function turn({ mute = false } = {}): Promise<void> {
  const wait = (document.hasFocus() ? 0 : document.hidden ? 300 : 150) + (mute ? LATE_MS : 0);
  return new Promise((now) => setTimeout(now, wait));
}
