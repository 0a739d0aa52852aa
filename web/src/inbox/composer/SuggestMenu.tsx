/** The list above the field: the focus stays in the field, which says which row is meant. */

import { useEffect, useRef, useState } from "react";
import { useSay } from "../../app/desk";
import type { Suggestion } from "./useSuggestions";
import styles from "./Options.module.css";

interface Props {
  id: string;
  label: string;
  items: readonly Suggestion[];
  active: number;
  isPending: boolean;
  failed: boolean;
  onTake: (item: Suggestion) => void;
}

const TOLD_AFTER = 500;

export const optionId = (list: string, place: number): string => `${list}-${place}`;

export function SuggestMenu({ id, label, items, active, isPending, failed, onTake }: Props) {
  const say = useSay();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, items]);
  return (
    <div className={styles["suggest"]}>
      <div ref={list} id={id} role="listbox" aria-label={label} className={styles["options"]}>
        {items.map((item, place) => (
          <div
            key={item.key}
            id={optionId(id, place)}
            role="option"
            aria-selected={place === active}
            className={styles["option"]}
            // A press must not take the focus out of the field.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onTake(item)}
          >
            <span className={styles["optionTitle"]}>{item.title}</span>
            <span className={styles["why"]}>{item.detail}</span>
            {items[place - 1]?.group !== item.group && <span className={styles["tag"]}>{say(item.group)}</span>}
          </div>
        ))}
      </div>
      {items.length === 0 && <p className={styles["none"]}>{say(isPending ? "state.loading" : failed ? "composer.suggest_failed" : "composer.suggest_none")}</p>}
      <Told n={items.length} />
    </div>
  );
}

function Told({ n }: { n: number }) {
  const say = useSay();
  const [told, setTold] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setTold(say("composer.results", { n })), TOLD_AFTER);
    return () => clearTimeout(timer);
  }, [n, say]);
  return (
    <span className="visually-hidden" role="status">
      {told}
    </span>
  );
}
