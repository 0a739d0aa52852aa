/** Taking back the last thing that was done: for eight seconds by its toast, by Mod+Z, or from the palette. */

import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { Problem } from "../api/problem";
import { useSay } from "../app/desk";
import { useCommand } from "../keys/Keys";
import { useTell } from "../ui/Toasts";

export interface Done {
  /** What was done, as a whole sentence. */
  text: string;
  /** Left out: it cannot be taken back, and nothing pretends so. */
  undo?: () => Promise<unknown>;
}

const UndoContext = createContext<(done: Done) => void>(() => undefined);

/** `done({ text, undo })`: says what was done, and how to take it back. */
export const useDone = (): ((done: Done) => void) => useContext(UndoContext);

const KEPT = 20;

export function Undo({ children }: { children: ReactNode }) {
  const [say, tell] = [useSay(), useTell()];
  const past = useRef<Done[]>([]);
  const [left, setLeft] = useState(0);
  const keep = useCallback((all: Done[]) => {
    past.current = all.slice(-KEPT);
    setLeft(past.current.length);
  }, []);
  const back = useCallback(
    async (done: Done | undefined) => {
      if (done?.undo === undefined || !past.current.includes(done)) return;
      keep(past.current.filter((each) => each !== done));
      try {
        await done.undo();
        tell({ text: say("undo.undone"), tone: "ok" });
      } catch (fault) {
        // A refusal stays one; without an answer it can be tried again.
        if (!(fault instanceof Problem) || fault.passes) keep([...past.current, done]);
        const reason = fault instanceof Problem ? fault.detail : "";
        tell({ text: reason === "" ? say("undo.failed") : say("undo.refused", { reason }), tone: "bad" });
      }
    },
    [keep, say, tell],
  );
  useCommand("undo", () => void back(past.current.at(-1)), left === 0 ? say("undo.nothing") : null);
  const done = useMemo(
    () => (what: Done) => {
      if (what.undo === undefined) return tell({ text: what.text, tone: "ok" });
      keep([...past.current, what]);
      tell({ text: what.text, tone: "ok", action: { text: say("undo.undo"), run: () => void back(what) } });
    },
    [back, keep, say, tell],
  );
  return <UndoContext value={done}>{children}</UndoContext>;
}
