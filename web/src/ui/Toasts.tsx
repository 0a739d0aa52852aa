/** Short news in the corner: read politely, never taking the focus, kept while pointed at or focused. */

import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";
import { useSay } from "../app/desk";
import { Button, IconButton } from "./Button";
import { Icon } from "./Icon";
import styles from "./Toasts.module.css";

const SHOWN_FOR = 8_000;

export interface Toast {
  text: string;
  tone?: "ok" | "bad" | "info";
  /** One thing to do about it; the toast goes with it. */
  action?: { text: string; run: () => void };
}

type Tell = (toast: Toast) => void;

const ToastContext = createContext<Tell>(() => undefined);

/** `tell({ text, tone })`. */
export const useTell = (): Tell => useContext(ToastContext);

export function Toasts({ children }: { children: ReactNode }) {
  const say = useSay();
  const [shown, setShown] = useState<Array<Toast & { id: number }>>([]);
  const next = useRef(1);
  const timers = useRef(new Map<number, ReturnType<typeof setTimeout>>());
  const drop = useCallback((id: number) => setShown((all) => all.filter((each) => each.id !== id)), []);
  const hold = (id: number) => clearTimeout(timers.current.get(id));
  const release = useCallback((id: number) => timers.current.set(id, setTimeout(() => drop(id), SHOWN_FOR)), [drop]);
  const tell = useMemo<Tell>(
    () => (toast) => {
      const id = next.current++;
      setShown((all) => [...all.slice(-2), { ...toast, id }]);
      release(id);
    },
    [release],
  );
  return (
    <ToastContext value={tell}>
      {children}
      <section className={styles["region"]} aria-label={say("toast.region")}>
        <div role="status" aria-live="polite">
          {shown.map(({ id, text, tone = "info", action }) => (
            <div
              key={id}
              className={`${styles["toast"]} ${styles[tone]}`}
              onMouseEnter={() => hold(id)}
              onMouseLeave={() => release(id)}
              onFocus={() => hold(id)}
              onBlur={() => release(id)}
            >
              <Icon name={tone === "ok" ? "done" : tone === "bad" ? "error" : "info"} />
              <p>{text}</p>
              {action && (
                <Button
                  kind="quiet"
                  onPress={() => {
                    drop(id);
                    action.run();
                  }}
                >
                  {action.text}
                </Button>
              )}
              <IconButton icon="close" label={say("toast.close")} onPress={() => drop(id)} />
            </div>
          ))}
        </div>
      </section>
    </ToastContext>
  );
}
