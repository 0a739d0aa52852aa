/** Whether a key belongs to an input method, which composes characters of several keys.
 *
 * `isComposing` is false in Safari for the key that ends a composition, whose code is 229 there; and some browsers end the
 * composition before that key's event: both have to be looked at, and what comes in the same task. */

let endedAt = Number.NEGATIVE_INFINITY;

/** In milliseconds: events of one key come within the same task. */
const SAME_TASK = 20;

/** The page's one listener; gives back what ends it. */
export function watchCompositions(target: EventTarget = document): () => void {
  const ended = (event: Event) => {
    endedAt = event.timeStamp;
  };
  target.addEventListener("compositionend", ended, true);
  return () => target.removeEventListener("compositionend", ended, true);
}

export function isComposing(event: { isComposing?: boolean; keyCode?: number; timeStamp: number; nativeEvent?: unknown }): boolean {
  const native = (event.nativeEvent ?? event) as { isComposing?: boolean; keyCode?: number; timeStamp: number };
  return native.isComposing === true || native.keyCode === 229 || Math.abs(native.timeStamp - endedAt) < SAME_TASK;
}
