/** Keys for everything inside: one listener, and `useCommand` for whoever can do something. */

import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { useTell } from "../ui/Toasts";
import type { CommandId } from "./commands";
import { watchCompositions } from "./ime";
import { Keyboard } from "./keyboard";
import { useOwnKeys } from "./own";
import { ariaKeys } from "./shown";

const KeyboardContext = createContext<Keyboard | null>(null);

const onMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Keys({ children }: { children: ReactNode }) {
  const [keyboard] = useState(() => new Keyboard(onMac()));
  const tell = useTell();
  const [{ own, singleKeys }] = useOwnKeys();
  useEffect(() => keyboard.remap(own, singleKeys), [keyboard, own, singleKeys]);
  useEffect(() => {
    keyboard.onRefused = (reason) => tell({ text: reason, tone: "info" });
  }, [keyboard, tell]);
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

/** The keys of a command as they are now; `aria` for the control that does the same. */
export function useKeysOf(id: CommandId): { keys: string | undefined; aria: string | undefined } {
  const keyboard = useKeyboard();
  const keys = useSyncExternalStore(keyboard.listen, () => keyboard.keysOf(id));
  return { keys, aria: ariaKeys(keys, keyboard.mac) };
}
