/** Conversations that are open, as tabs: each with who, where, what is unread, and how long they have waited. */

import { useEffect, useRef, type MouseEvent } from "react";
import { Button as AriaButton, Tag, TagGroup, TagList, type Key } from "react-aria-components";
import { useFormats, useNow, useSay } from "../../app/desk";
import { useConversation, type Conversation } from "../../desk/conversation";
import { useCommand } from "../../keys/Keys";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { Icon } from "../../ui/Icon";
import { useDraftMark } from "../../desk/draftMarks";
import { addressNow, useAddress, useGoing } from "../address";
import styles from "./tabs.module.css";

const MINUTE = 60_000;
const MIDDLE = 1;

export function OpenTabs() {
  const say = useSay();
  const { open, current } = useAddress();
  const { show, close } = useGoing();
  useTabKeys(open, show);
  const choose = (keys: "all" | Iterable<Key>) => {
    const [id] = keys === "all" ? [] : keys;
    if (id !== undefined && id !== current) show(String(id));
  };
  const middle = (event: MouseEvent) => {
    const id = event.button === MIDDLE ? (event.target as Element).closest("[data-key]")?.getAttribute("data-key") : null;
    if (id) close(id);
  };
  return (
    <div className={styles["tabs"]} onAuxClick={middle}>
      <TagGroup
        aria-label={say("list.tabs")}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={current === null ? [] : [current]}
        onSelectionChange={choose}
        onRemove={(keys) => keys.forEach((key) => close(String(key)))}
      >
        <TagList className={styles["list"] ?? ""}>
          {open.map((id) => (
            <Tab key={id} id={id} />
          ))}
        </TagList>
      </TagGroup>
    </div>
  );
}

function Tab({ id }: { id: string }) {
  const say = useSay();
  const { data } = useConversation(id);
  const name = data === undefined ? say("list.tab_loading") : data.contact_name === "" ? say("inbox.nobody") : data.contact_name;
  return (
    <Tag id={id} textValue={name} className={styles["tab"] ?? ""}>
      {data && <ChannelBadge channel={data.channel} short />}
      <Name id={id} name={name} />
      {data && <Marks conversation={data} />}
      <AriaButton slot="remove" className={styles["close"] ?? ""} aria-label={say("list.tab_close", { name })}>
        <Icon name="close" size={16} />
      </AriaButton>
    </Tag>
  );
}

/** That of the shown one comes into sight. */
function Name({ id, name }: { id: string; name: string }) {
  const shown = useAddress().current === id;
  const text = useRef<HTMLElement>(null);
  useEffect(() => {
    if (shown) text.current?.closest("[data-key]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [shown]);
  return (
    <bdi ref={text} className={styles["name"]} title={name}>
      {name}
    </bdi>
  );
}

function Marks({ conversation }: { conversation: Conversation }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow(MINUTE)];
  const draft = useDraftMark(conversation.id);
  const waited = conversation.status === "open" && conversation.waiting_since !== null ? now - Date.parse(conversation.waiting_since) : 0;
  return (
    <>
      {draft !== null && (
        <span className={styles["mark"]} title={say("list.tab_draft")}>
          <Icon name="edit" size={16} />
          <span className="visually-hidden">{say("list.tab_draft")}</span>
        </span>
      )}
      {waited >= MINUTE && (
        <span className={styles["mark"]} title={say("list.chip_waiting", { time: formats.duration(Math.floor(waited / MINUTE) * MINUTE) })}>
          {formats.duration(Math.floor(waited / MINUTE) * MINUTE, "narrow")}
        </span>
      )}
      {conversation.unread > 0 && (
        <span className={styles["unread"]}>
          <span aria-hidden="true">{conversation.unread > 99 ? say("list.unread_many") : formats.number(conversation.unread)}</span>
          <span className="visually-hidden">{say("list.unread", { n: conversation.unread })}</span>
        </span>
      )}
    </>
  );
}

/** `1` to `8`, and the next and previous one. */
function useTabKeys(open: readonly string[], show: (id: string) => void): void {
  const say = useSay();
  const nth = (n: number) => () => {
    const id = addressNow().open[n];
    if (id !== undefined) show(id);
  };
  const missing = (n: number) => (open[n] === undefined ? say("list.no_tab") : null);
  const step = (by: number) => () => {
    const now = addressNow();
    const place = now.current === null ? -1 : now.open.indexOf(now.current);
    const id = now.open[(place + by + now.open.length) % now.open.length];
    if (id !== undefined) show(id);
  };
  useCommand("tab.1", nth(0), missing(0));
  useCommand("tab.2", nth(1), missing(1));
  useCommand("tab.3", nth(2), missing(2));
  useCommand("tab.4", nth(3), missing(3));
  useCommand("tab.5", nth(4), missing(4));
  useCommand("tab.6", nth(5), missing(5));
  useCommand("tab.7", nth(6), missing(6));
  useCommand("tab.8", nth(7), missing(7));
  useCommand("tab.next", step(1));
  useCommand("tab.previous", step(-1));
}
