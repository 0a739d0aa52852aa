/** What was chosen from the palette last, in this browser. */

const KEY = "parley.palette";
let held: string[] = [];

export const recentCommands = {
  get(): string[] {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found.filter((each): each is string => typeof each === "string") : [];
    } catch {
      return held;
    }
  },
  set(ids: string[]): void {
    held = ids;
    try {
      localStorage.setItem(KEY, JSON.stringify(ids));
    } catch {
      // Then it lasts as long as the page.
    }
  },
};
