/** The list as it is shown: still while somebody is in it, and until they say, or it has been quiet for a moment. */

import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent } from "react";
import { STAYS_FOR, steady, type Listed, type Shown } from "./order";

/** With the focus alone in the list; under a pointer nothing moves at all. */
const QUIET = 3_000;

const NONE: readonly Shown[] = [];

export function useSteady(wanted: readonly Listed[], list: string) {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [turn, setTurn] = useState(0);
  const before = useRef<{ list: string; shown: readonly Shown[]; turn: number }>({ list: "", shown: NONE, turn: 0 });
  const active = useRef(0);
  const held = pointer || focus;
  const next = useMemo(() => {
    const was = before.current;
    // A turn lets the order through once.
    return steady(was.list === list ? was.shown : NONE, wanted, Date.now(), held && was.turn === turn);
  }, [wanted, list, held, turn]);
  useEffect(() => {
    before.current = { list, shown: next.shown, turn };
  }, [list, next, turn]);

  const apply = useCallback(() => setTurn((each) => each + 1), []);
  const leaving = next.shown.some((each) => each.leftAt !== null);
  useEffect(() => {
    if (!leaving || held) return undefined;
    const timer = setTimeout(apply, STAYS_FOR);
    return () => clearTimeout(timer);
  }, [leaving, held, apply, next]);
  useEffect(() => {
    if (!(next.changed || leaving) || pointer || !focus) return undefined;
    const timer = setTimeout(apply, Math.max(0, active.current + QUIET - Date.now()) + (leaving ? STAYS_FOR - QUIET : 0));
    return () => clearTimeout(timer);
  }, [next, leaving, pointer, focus, apply]);

  const watch = {
    onPointerEnter: (event: PointerEvent) => setPointer(event.pointerType === "mouse"),
    onPointerLeave: () => setPointer(false),
    onFocus: () => {
      active.current = Date.now();
      setFocus(true);
    },
    onBlur: () => setFocus(false),
    onKeyDown: () => {
      active.current = Date.now();
    },
  };
  return { ...next, apply, watch };
}
