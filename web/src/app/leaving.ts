/** What must be asked before a page is left: something typed is not saved. Asked for every link and jump of the page. */

type Go = () => void;

const guards = new Set<() => boolean>();
const listeners = new Set<() => void>();
let waiting: Go | null = null;
/** Somebody said that what is typed may go. */
let given = false;

function wait(go: Go | null): void {
  waiting = go;
  for (const each of listeners) each();
}

export const leaving = {
  /** `isDirty` is asked at the moment of leaving. */
  guard(isDirty: () => boolean): () => void {
    guards.add(isDirty);
    return () => guards.delete(isDirty);
  },
  /** Nobody was asked: the browser's own way back was taken. */
  isByBack: (): boolean => !given,
  isHeld: (): boolean => [...guards].some((isDirty) => isDirty()),
  /** Where somebody wanted to go and was held; null otherwise. */
  waiting: (): Go | null => waiting,
  listen(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  stay: (): void => wait(null),
  leave(): void {
    const go = waiting;
    guards.clear();
    wait(null);
    given = true;
    go?.();
    // The page that is left is taken away in the same turn or soon after.
    setTimeout(() => (given = false), 1_000);
  },
};

const pathOf = (address: string): string => address.split(/[?#]/)[0] ?? address;

/** Around each navigation. Another view of the same page is no leaving. */
export function heldBack<Options>(
  navigate: (to: string, options?: Options) => void,
  to: string,
  options?: Options,
  here: string = location.pathname,
): void {
  if (pathOf(to) === here || !leaving.isHeld()) navigate(to, options);
  else wait(() => navigate(to, options));
}
