/** Looks for customers: names, addresses, phone numbers, orders, labels. Empty, the list is shown again. */

import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Input, TextField } from "react-aria-components";
import { useSay } from "../../app/desk";
import { isComposing } from "../../keys/ime";
import { useCommand } from "../../keys/Keys";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import styles from "./list.module.css";

const WAIT = 250;

interface Props {
  words: string;
  search: (words: string) => void;
  /** Down into the list. */
  enter: () => void;
}

export function Search({ words, search, enter }: Props) {
  const say = useSay();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(words);
  const [composing, setComposing] = useState(false);
  const sent = useRef(words);
  useCommand("list.search", () => field.current?.select());
  // Another list, or another page of history, has words of its own.
  useEffect(() => {
    if (words !== sent.current) setTyped(words);
    sent.current = words;
  }, [words]);
  useEffect(() => {
    if (composing || typed.trim() === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = typed.trim();
      search(typed.trim());
    }, WAIT);
    return () => clearTimeout(timer);
  }, [typed, composing, search]);
  const press = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === "Escape" && typed !== "") {
      event.preventDefault();
      setTyped("");
    } else if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      enter();
    }
  };
  return (
    <div className={styles["search"]}>
      <Icon name="search" size={16} />
      <TextField aria-label={say("list.search")} value={typed} onChange={setTyped} className={styles["searchField"] ?? ""} maxLength={320}>
        <Input
          ref={field}
          className={styles["searchInput"] ?? ""}
          placeholder={say("list.search_hint")}
          aria-keyshortcuts="/"
          onKeyDown={press}
          onCompositionStart={() => setComposing(true)}
          onCompositionEnd={() => setComposing(false)}
        />
      </TextField>
      {typed !== "" && <IconButton icon="close" label={say("list.search_clear")} onPress={() => setTyped("")} />}
    </div>
  );
}
