/** What stands in a phone's bar, beside the bell, the line and who is signed in. */

/** All, or the first and a place for the way to the others. */
export function barOf<T>(places: readonly T[], room: number): { shown: readonly T[]; more: readonly T[] } {
  if (places.length <= room) return { shown: places, more: [] };
  return { shown: places.slice(0, room - 1), more: places.slice(room - 1) };
}
