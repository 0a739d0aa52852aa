/** Searching in one thread: in what is here, and in older pages as they are read. What was searched is said. */

import { useEffect, useMemo, useState } from "react";
import { Input, Label, SearchField } from "react-aria-components";
import { useFormats, useSay } from "../../app/desk";
import { isComposing } from "../../keys/ime";
import { Button, IconButton } from "../../ui/Button";
import { textOf } from "./entries";
import type { Pages } from "./pages";
import styles from "./thread.module.css";

interface Props {
  pages: Pages;
  close: () => void;
  show: (entryId: string) => void;
}

export function ThreadSearch({ pages, close, show }: Props) {
  const [say, formats] = [useSay(), useFormats()];
  const [words, setWords] = useState("");
  const [at, setAt] = useState<string | null>(null);
  const found = useMemo(() => {
    const wanted = words.trim().toLocaleLowerCase();
    if (wanted === "") return [];
    return pages.pieces.filter((piece) => textOf(piece).toLocaleLowerCase().includes(wanted)).map(({ entry }) => entry.id);
  }, [pages.pieces, words]);
  const place = at === null ? -1 : found.indexOf(at);
  const go = (by: number) => {
    const next = found[place < 0 ? found.length - 1 : (place + by + found.length) % found.length];
    if (next === undefined) return;
    setAt(next);
    show(next);
  };
  useEffect(() => setAt(null), [words]);
  const since = pages.entries[0]?.occurred_at;
  return (
    <div className={styles["search"]} role="search">
      <SearchField
        value={words}
        onChange={setWords}
        autoFocus
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === "Enter") go(event.shiftKey ? 1 : -1);
          else if (event.key === "Escape" && words === "") close();
        }}
      >
        <Label className="visually-hidden">{say("thread.search.label")}</Label>
        <Input className={styles["searchInput"] ?? ""} placeholder={say("thread.search.label")} />
      </SearchField>
      <span role="status" className={styles["searchCount"]}>
        {words.trim() === "" ? "" : found.length === 0 ? say("thread.search.none") : say("thread.search.place", { n: place < 0 ? 0 : place + 1, of: found.length })}
      </span>
      <IconButton icon="up" label={say("thread.search.older")} isDisabled={found.length === 0} onPress={() => go(-1)} />
      <IconButton icon="fall" label={say("thread.search.newer")} isDisabled={found.length === 0} onPress={() => go(1)} />
      <IconButton icon="close" label={say("thread.search.close")} onPress={close} />
      {words.trim() !== "" && (
        <p className={styles["searched"]}>
          {pages.started ? say("thread.search.all") : say("thread.search.since", { date: since === undefined ? "–" : formats.dateTime(since) })}
          {!pages.started && (
            <Button kind="quiet" isDisabled={pages.busy} onPress={() => void pages.older()}>
              {say("thread.search.more")}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}
