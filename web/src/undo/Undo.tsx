/** Taking back the last thing that was done: for eight seconds by its toast, by Mod+Z, or from the palette. */

import { createContext, useCallback, useContext, useMemo, useRef, type ReactNode } from "react";
import { useSay } from "../app/desk";
import { useCommand } from "../keys/Keys";
import { useTell } from "../ui/Toasts";

export interface Done {
  /** What was done, as a whole sentence. */
  text: string;
  undo: () => Promise<unknown>;
}

const UndoContext = createContext<(done: Done) => void>(() => undefined);

/** `done({ text, undo })`: says what was done, and how to take it back. */
export const useDone = (): ((done: Done) => void) => useContext(UndoContext);

const KEPT = 20;

export function Undo({ children }: { children: ReactNode }) {
  const [say, tell] = [useSay(), useTell()];
  const past = useRef<Done[]>([]);
  const back = useCallback(
    async (done: Done | undefined) => {
      if (done === undefined || !past.current.includes(done)) return;
      past.current = past.current.filter((each) => each !== done);
      try {
        await done.undo();
        tell({ text: say("undo.undone"), tone: "ok" });
      } catch {
        past.current.push(done);
        tell({ text: say("undo.failed"), tone: "bad" });
      }
    },
    [say, tell],
  );
  useCommand("undo", () => void back(past.current.at(-1)));
  const done = useMemo(
    () => (what: Done) => {
      past.current = [...past.current.slice(1 - KEPT), what];
      tell({ text: what.text, tone: "ok", action: { text: say("undo.undo"), run: () => void back(what) } });
    },
    [back, say, tell],
  );
  return <UndoContext value={done}>{children}</UndoContext>;
}
