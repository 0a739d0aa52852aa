/** Keys for everything inside: one listener, and `useCommand` for whoever can do something. */

import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import type { CommandId } from "./commands";
import { watchCompositions } from "./ime";
import { Keyboard } from "./keyboard";

const KeyboardContext = createContext<Keyboard | null>(null);

const onMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Keys({ children }: { children: ReactNode }) {
  const [keyboard] = useState(() => new Keyboard(onMac()));
  useEffect(() => {
    document.addEventListener("keydown", keyboard.handle);
    const end = watchCompositions();
    return () => {
      document.removeEventListener("keydown", keyboard.handle);
      end();
    };
  }, [keyboard]);
  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>;
}

export function useKeyboard(): Keyboard {
  const keyboard = useContext(KeyboardContext);
  if (keyboard === null) throw new Error("it is asked for outside of Keys");
  return keyboard;
}

/** Does the command while the component is there. `refused`: why not now, shown in the palette. */
export function useCommand(id: CommandId, run: () => void, refused: string | null = null): void {
  const keyboard = useKeyboard();
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  useEffect(() => keyboard.register(id, { run: () => newest.current(), refused }), [keyboard, id, refused]);
}
