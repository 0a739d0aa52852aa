/** What can be done with one entry: a toolbar, shown where the pointer or the focus is, and a menu of the rest. */

import { useEffect, useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Menu, MenuItem, MenuTrigger, Popover, Toolbar } from "react-aria-components";
import { useSay } from "../../app/desk";
import { saySo } from "../../desk/bus";
import type { Message, Note } from "../../desk/conversation";
import { Icon, type IconName } from "../../ui/Icon";
import { useTell } from "../../ui/Toasts";
import { isMessage, textOf, type Piece } from "./entries";
import { RedactDialog } from "./RedactDialog";
import { useThread } from "./shared";
import { SnippetDialog } from "./SnippetDialog";
import styles from "./tools.module.css";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

interface Props {
  piece: Piece;
  /** A menu or dialog of it is open: it stays. */
  held: (open: boolean) => void;
}

export function Tools({ piece, held }: Props) {
  const [say, { can }] = [useSay(), useThread()];
  const { entry } = piece;
  const message = isMessage(entry) ? entry : null;
  const reacts = message !== null && message.external_id !== null && can(message.leg_id, "reaction");
  return (
    <Toolbar className={styles["tools"] ?? ""} aria-label={say("thread.tools.label")} data-tools>
      {reacts && <React message={message} held={held} />}
      <Quoting piece={piece} />
      <Copying text={textOf(piece)} />
      <More piece={piece} held={held} />
    </Toolbar>
  );
}

function Tool({ icon, label, onPress }: { icon: IconName; label: string; onPress?: () => void }) {
  return (
    <AriaButton className={styles["tool"] ?? ""} aria-label={label} {...(onPress ? { onPress } : {})}>
      <Icon name={icon} size={16} />
    </AriaButton>
  );
}

function React({ message, held }: { message: Message; held: (open: boolean) => void }) {
  const [say, { react }] = [useSay(), useThread()];
  return (
    <DialogTrigger onOpenChange={held}>
      <Tool icon="smile" label={say("thread.tools.react")} />
      <Popover className={styles["popover"] ?? ""}>
        <Dialog className={styles["emoji"] ?? ""} aria-label={say("thread.tools.react")}>
          {({ close }) => (
            <>
              {EMOJI.map((emoji) => (
                <AriaButton
                  key={emoji}
                  className={styles["tool"] ?? ""}
                  onPress={() => {
                    react(message, emoji);
                    close();
                  }}
                >
                  {emoji}
                </AriaButton>
              ))}
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** Answering a note is writing a note: the mode changes where it can be seen. */
function Quoting({ piece }: { piece: Piece }) {
  const [say, { conversation }] = [useSay(), useThread()];
  const { entry } = piece;
  const quote = () =>
    isMessage(entry)
      ? saySo("compose", { conversationId: conversation.id, mode: "reply", quote: entry.id, focus: true })
      : saySo("compose", { conversationId: conversation.id, mode: "note", text: quoted(entry), focus: true });
  return <Tool icon="reply" label={say(isMessage(entry) ? "thread.tools.quote" : "thread.tools.quote_note")} onPress={quote} />;
}

const quoted = (note: Note): string => `${note.text.split("\n").map((line) => `> ${line}`).join("\n")}\n`;

function Copying({ text }: { text: string }) {
  const [say, tell] = [useSay(), useTell()];
  if (text === "") return null;
  return <Tool icon="copy" label={say("thread.tools.copy")} onPress={() => void copied(text, () => tell({ text: say("thread.tools.copied"), tone: "ok" }), () => tell({ text: say("thread.tools.not_copied"), tone: "bad" }))} />;
}

async function copied(text: string, done: () => void, failed: () => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    done();
  } catch {
    failed();
  }
}

type Doing = "snippet" | "redact";

function More({ piece, held }: Props) {
  const [say, tell, { conversation }] = [useSay(), useTell(), useThread()];
  const [menu, setMenu] = useState(false);
  const [doing, setDoing] = useState<Doing | null>(null);
  // What was begun from the menu outlives it.
  useEffect(() => held(menu || doing !== null), [held, menu, doing]);
  const { entry } = piece;
  const message = isMessage(entry) ? entry : null;
  const text = textOf(piece);
  const end = () => setDoing(null);
  const link = () => {
    const address = `${location.origin}${location.pathname}?c=${conversation.id}#m=${entry.id}`;
    void copied(address, () => tell({ text: say("thread.tools.link_copied"), tone: "ok" }), () => tell({ text: say("thread.tools.not_copied"), tone: "bad" }));
  };
  const acts: Record<string, () => void> = {
    link,
    note: () => saySo("compose", { conversationId: conversation.id, mode: "note", text, focus: true }),
    split: () => saySo("act", { conversationId: conversation.id, act: "split", messageId: entry.id }),
    snippet: () => setDoing("snippet"),
    redact: () => setDoing("redact"),
  };
  return (
    <>
      <MenuTrigger isOpen={menu} onOpenChange={setMenu}>
        <Tool icon="more" label={say("thread.tools.more")} />
        <Popover className={styles["popover"] ?? ""} placement="bottom end">
          <Menu className={styles["menu"] ?? ""} aria-label={say("thread.tools.more")} onAction={(id) => acts[String(id)]?.()}>
            <Item id="link" text={say("thread.tools.link")} />
            {text !== "" && <Item id="note" text={say("thread.tools.note")} />}
            {message?.direction === "outbound" && text !== "" && <Item id="snippet" text={say("thread.tools.snippet")} />}
            {message !== null && <Item id="split" text={say("thread.tools.split")} />}
            {entry.kind !== "activity" && <Item id="redact" text={say("thread.tools.redact")} />}
          </Menu>
        </Popover>
      </MenuTrigger>
      {doing === "snippet" && message !== null && <SnippetDialog message={message} close={end} />}
      {doing === "redact" && <RedactDialog piece={piece} close={end} />}
    </>
  );
}

const Item = ({ id, text }: { id: string; text: string }) => (
  <MenuItem id={id} className={styles["item"] ?? ""} textValue={text}>
    {text}
  </MenuItem>
);
