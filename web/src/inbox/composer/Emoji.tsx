/** Emoji by kind. They have no names here: browsers and screen readers know theirs in every language. */

import { ListBox, ListBoxItem, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useSay } from "../../app/desk";
import { EMOJI } from "./emojiData";
import styles from "./Emoji.module.css";

export default function Emoji({ onTake }: { onTake: (letter: string) => void }) {
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
