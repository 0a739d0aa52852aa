/** A value to be taken elsewhere: shown whole, copied with one press. A secret is covered until it is asked for. */

import { useEffect, useState } from "react";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import styles from "./parts.module.css";

interface Props {
  label: string;
  value: string;
  isSecret?: boolean;
  hint?: string;
  /** More than one line: as it is to be copied. */
  isBlock?: boolean;
}

const SHOWN_FOR = 3_000;

export function Copy({ label, value, isSecret = false, hint, isBlock = false }: Props) {
  const say = useSay();
  const [isOpen, open] = useState(!isSecret);
  const [state, setState] = useState<"" | "copied" | "refused">("");
  useEffect(() => {
    if (state === "") return undefined;
    const timer = setTimeout(() => setState(""), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    void navigator.clipboard.writeText(value).then(
      () => setState("copied"),
      () => {
        // Without leave to copy it can still be marked by hand.
        open(true);
        setState("refused");
      },
    );
  const Value = isBlock ? "pre" : "code";
  return (
    <div className={styles["copy"]} role="group" aria-label={label}>
      <span className={styles["label"]}>{label}</span>
      <div className={styles["line"]}>
        <Value className={styles["shown"]} {...(isBlock ? { tabIndex: 0 } : {})}>
          {isOpen ? value : "••••••••••••"}
        </Value>
        <span className={styles["do"]}>
          {isSecret && (
            <Button onPress={() => open(!isOpen)} aria-label={`${say(isOpen ? "admin.hide" : "admin.show")}: ${label}`}>
              {say(isOpen ? "admin.hide" : "admin.show")}
            </Button>
          )}
          <Button icon="copy" onPress={copy} aria-label={`${say("admin.copy")}: ${label}`}>
            {say("admin.copy")}
          </Button>
        </span>
      </div>
      <p role="status" className={styles["hint"]}>
        {state === "" ? (hint ?? "") : say(`admin.copy_${state}`)}
      </p>
    </div>
  );
}
