/** Emoji by kind, and by what they are called. Those by kind have no names here: browsers and screen readers know theirs in
 * every language. */

import { useState, type KeyboardEvent } from "react";
import { Input, ListBox, ListBoxItem, SearchField, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useSay } from "../../app/desk";
import { isComposing } from "../../keys/ime";
import fields from "../../ui/fields.module.css";
import { EMOJI } from "./emojiData";
import type { Emoji as Named } from "./emojiSearch";
import { useEmoji } from "./useEmoji";
import styles from "./Emoji.module.css";

const MOST = 60;

interface Props {
  onTake: (letter: string) => void;
}

export default function Emoji({ onTake }: Props) {
  const say = useSay();
  const [words, setWords] = useState("");
  const found = useEmoji(true);
  const query = words.trim();
  const items = query === "" ? [] : (found.data?.(query, MOST) ?? []);
  const press = (event: KeyboardEvent) => {
    const first = items[0];
    if (event.key !== "Enter" || isComposing(event) || first === undefined) return;
    event.preventDefault();
    onTake(first.sign);
  };
  return (
    <>
      <SearchField aria-label={say("composer.emoji_search")} value={words} onChange={setWords} className={styles["emojiSearch"] ?? ""} autoFocus>
        <Input className={fields["input"] ?? ""} placeholder={say("composer.emoji_search")} onKeyDown={press} />
      </SearchField>
      {query === "" ? <ByKind onTake={onTake} /> : <Found items={items} pending={found.isPending} failed={found.isError} onTake={onTake} />}
    </>
  );
}

function Found({ items, pending, failed, onTake }: Props & { items: readonly Named[]; pending: boolean; failed: boolean }) {
  const say = useSay();
  const said = pending ? "state.loading" : failed ? "composer.emoji_failed" : items.length === 0 ? "composer.suggest_none" : null;
  return (
    <>
      <p className={said === null ? "visually-hidden" : styles["emojiSaid"]} role="status">
        {said === null ? say("composer.results", { n: items.length }) : say(said)}
      </p>
      <ListBox
        aria-label={say("composer.emoji_found")}
        layout="grid"
        className={styles["emojiGrid"] ?? ""}
        onAction={(key) => onTake(String(key))}
        items={items.map(({ sign, name }) => ({ id: sign, name }))}
      >
        {({ id, name }) => (
          <ListBoxItem id={id} textValue={name} aria-label={name} className={styles["emojiOne"] ?? ""}>
            <span title={name}>{id}</span>
          </ListBoxItem>
        )}
      </ListBox>
    </>
  );
}

function ByKind({ onTake }: Props) {
  const say = useSay();
  return (
    <Tabs>
      <TabList aria-label={say("composer.emoji")} className={styles["emojiTabs"] ?? ""}>
        {EMOJI.map(({ text, sign }) => (
          <Tab key={text} id={text} aria-label={say(text)} className={styles["emojiTab"] ?? ""}>
            {sign}
          </Tab>
        ))}
      </TabList>
      {EMOJI.map(({ text, all }) => (
        <TabPanel key={text} id={text}>
          <ListBox aria-label={say(text)} layout="grid" className={styles["emojiGrid"] ?? ""} onAction={(key) => onTake(String(key))} items={all.map((id) => ({ id }))}>
            {({ id }) => (
              <ListBoxItem id={id} textValue={id} className={styles["emojiOne"] ?? ""}>
                {id}
              </ListBoxItem>
            )}
          </ListBox>
        </TabPanel>
      ))}
    </Tabs>
  );
}
