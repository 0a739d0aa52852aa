/** Where replies and notes are written: two texts, two looks, and no way from one to the other but a person's. */

import { useEffect, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useLiveDesk, useSay } from "../../app/desk";
import { useHear } from "../../desk/bus";
import type { Conversation } from "../../desk/conversation";
import { isBlank, type Mode } from "../../desk/draftWords";
import { useDrafts } from "../../desk/Sending";
import { useCommand } from "../../keys/Keys";
import type { LiveDesk } from "../../live/desk";
import { Icon } from "../../ui/Icon";
import { Editor } from "./Editor";
import { modeOf, rememberMode } from "./modes";
import styles from "./Composer.module.css";

const MODES = [
  ["reply", "composer.tab_reply", "reply"],
  ["note", "composer.tab_note", "lock"],
] as const;

export function Composer({ conversation }: { conversation: Conversation }) {
  const say = useSay();
  const [drafts, live] = [useDrafts(), useLiveDesk()];
  const { id } = conversation;
  const [mode, setMode] = useState<Mode>(() => modeOf(id));
  const [focus, setFocus] = useState(0);
  const [told, setTold] = useState("");
  const name = conversation.contact_name || say("inbox.nobody");
  useEffect(() => void drafts.open(id), [drafts, id]);

  const choose = (next: Mode, focused: boolean) => {
    if (next !== mode) setTold(say(next === "note" ? "composer.now_note" : "composer.now_reply", { name }));
    rememberMode(id, next);
    setMode(next);
    if (focused) setFocus((n) => n + 1);
  };
  useCommand("compose.reply", () => choose("reply", true));
  useCommand("compose.note", () => choose("note", true));
  useHear("compose", ({ conversationId, mode: wanted = mode, text, quote, focus: focused = true }) => {
    if (conversationId !== id) return;
    const before = drafts.get(id, wanted);
    const words = text === undefined ? before.text : [before.text.trimEnd(), text].filter((each) => each !== "").join(before.text.trim() === "" ? "" : " ");
    drafts.change(id, wanted, { text: words, ...(quote !== undefined && { replyTo: quote, quote: wordsOf(live, quote) }) });
    choose(wanted, focused);
  });

  return (
    <div className={styles["composer"]} data-mode={mode} data-composer="">
      <span className="visually-hidden" role="status">
        {told}
      </span>
      <Tabs selectedKey={mode} onSelectionChange={(key) => choose(key as Mode, false)} className={styles["tabs"] ?? ""}>
        <TabList aria-label={say("composer.modes")} className={styles["tabList"] ?? ""}>
          {MODES.map(([key, text, icon]) => (
            <Tab key={key} id={key} className={styles["tab"] ?? ""} data-mode={key}>
              <Icon name={icon} size={16} />
              {say(text)}
              {key !== mode && <Dot conversationId={id} mode={key} />}
            </Tab>
          ))}
        </TabList>
        {MODES.map(([key]) => (
          <TabPanel key={key} id={key} className={styles["panel"] ?? ""}>
            <Editor conversation={conversation} mode={key} focus={focus} toMode={(next) => choose(next, true)} />
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}

const QUOTED = 160;

/** What is answered, as it is shown above the field. */
const wordsOf = (live: LiveDesk, id: string): string => String(live.store.things.get(`message/${id}`)?.view["text"] ?? "").slice(0, QUOTED);

/** The other one holds something. */
function Dot({ conversationId, mode }: { conversationId: string; mode: Mode }) {
  const say = useSay();
  const drafts = useDrafts();
  if (isBlank(drafts.get(conversationId, mode))) return null;
  return <span className={styles["dot"]} role="img" aria-label={say("composer.holds_draft")} />;
}
