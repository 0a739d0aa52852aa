/** One tab tells of each fact: the first that claims its name. */

/** Longer than an offer rings. */
const HELD_MS = 40_000;

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

/** The tab before somebody's eyes goes first, and may find that nothing has to be said; a hidden one goes last. */
export function turn(): Promise<void> {
  const wait = document.hasFocus() ? 0 : document.hidden ? 300 : 150;
  return new Promise((now) => setTimeout(now, wait));
}
