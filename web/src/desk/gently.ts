/** Something that may be asked for often, done seldom: at once, then at most every so many milliseconds, last of all. */

import { useCallback, useEffect, useRef } from "react";

export function useGently(run: () => void, every = 2_000): () => void {
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => () => void (timer.current !== null && clearTimeout(timer.current)), []);
  return useCallback(() => {
    if (timer.current !== null) return;
    const wait = Math.max(0, last.current + every - performance.now());
    timer.current = setTimeout(() => {
      timer.current = null;
      last.current = performance.now();
      newest.current();
    }, wait);
  }, [every]);
}
