/** Rules in an order that counts: opened one at a time, moved, taken out, added at the end. */

import { useRef, useState, type ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { errorOf } from "../parts/faults";
import styles from "./kit.module.css";

interface Props<T> {
  rules: readonly T[];
  change: (rules: T[]) => void;
  nameOf: (rule: T) => string;
  aboutOf?: (rule: T) => string;
  blank: () => T;
  addText: string;
  emptyText?: string;
  /** Where they stand in what is sent: `policies`. */
  at: string;
  refusal: Error | null;
  children: (rule: T, put: (part: Partial<T>) => void, at: string) => ReactNode;
}

export function RuleList<T extends object>({ rules, change, nameOf, aboutOf, blank, addText, emptyText, at, refusal, children }: Props<T>) {
  const say = useSay();
  const [open, setOpen] = useState<number | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const put = (place: number, part: Partial<T>) => change(rules.map((rule, each) => (each === place ? { ...rule, ...part } : rule)));
  const move = (place: number, by: 1 | -1) => {
    const moved = [...rules];
    const [rule] = moved.splice(place, 1);
    if (rule === undefined) return;
    moved.splice(place + by, 0, rule);
    change(moved);
    if (open === place) setOpen(place + by);
    else if (open === place + by) setOpen(place);
  };
  const remove = (place: number) => {
    change(rules.filter((_, each) => each !== place));
    setOpen(null);
    // What was pressed is gone: on to what comes after the list.
    end.current?.querySelector("button")?.focus();
  };
  return (
    <div className={styles["rules"]}>
      {rules.length === 0 && emptyText !== undefined && <p className={styles["muted"]}>{emptyText}</p>}
      <ol className={styles["rules"]}>
        {rules.map((rule, place) => {
          const name = nameOf(rule) || say("rules.unnamed");
          const path = `${at}[${place}]`;
          const wrong = errorOf(refusal, path);
          return (
            <li key={place} className={styles["rule"]} data-wrong={wrong !== undefined}>
              <div className={styles["head"]}>
                <AriaButton className={styles["opener"] ?? ""} aria-expanded={open === place} onPress={() => setOpen(open === place ? null : place)}>
                  <Icon name="down" size={16} />
                  <span>
                    {`${place + 1}. ${name}`}
                    {aboutOf && <span className={styles["about"]}>{aboutOf(rule)}</span>}
                    {wrong !== undefined && open !== place && <span className={`${styles["about"]} ${styles["bad"]}`}>{wrong}</span>}
                  </span>
                </AriaButton>
                <IconButton icon="up" label={say("rules.up", { name })} isDisabled={place === 0} onPress={() => move(place, -1)} />
                <IconButton icon="fall" label={say("rules.down", { name })} isDisabled={place === rules.length - 1} onPress={() => move(place, 1)} />
                <IconButton icon="remove" label={say("rules.remove", { name })} onPress={() => remove(place)} />
              </div>
              {open === place && <div className={styles["body"]}>{children(rule, (part) => put(place, part), path)}</div>}
            </li>
          );
        })}
      </ol>
      <div ref={end}>
        <Button
          icon="plus"
          onPress={() => {
            change([...rules, blank()]);
            setOpen(rules.length);
          }}
        >
          {addText}
        </Button>
      </div>
    </div>
  );
}
