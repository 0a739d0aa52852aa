/** @jsxImportSource preact */
/** What is done seldom: a menu button, as the ARIA practices describe it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { LOCALES } from "../../../src/i18n/languages";
import { transcript, type Row } from "../thread";
import { Icon } from "./Icon";
import type { View } from "./Panel";
import { useChat, type Told } from "./use";

interface Item {
  label: string;
  act: () => void;
}

export function Menu({ setView }: { setView: (view: View) => void }) {
  const told = useChat();
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = itemsOf(told, setView);
  useEffect(() => {
    if (open) place.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [open]);
  const shut = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const left = (event: FocusEvent): void => {
    if (!place.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
  };
  return (
    <div class="menu" ref={place} onFocusOut={left} onKeyDown={(event) => open && moved(event, place.current, shut)}>
      <button
        type="button" class="plain" ref={button} aria-haspopup="menu" aria-expanded={open}
        aria-label={told.say("widget.more")} onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div role="menu" aria-label={told.say("widget.more")}>
          {items.map(({ label, act }) => (
            <button type="button" role="menuitem" tabIndex={-1} key={label} onClick={() => (setOpen(false), act())}>
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function moved(event: KeyboardEvent, place: HTMLElement | null, shut: () => void): void {
  const items = [...(place?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) items[to % items.length]?.focus();
  else if (event.key === "Escape") shut();
  else return;
  event.preventDefault();
}

function itemsOf(told: Told, setView: (view: View) => void): Item[] {
  const { chat, state, say } = told;
  const items = [{ label: say("widget.device"), act: () => setView("device") }];
  if (state.messages.length > 0) items.push({ label: say("widget.transcript"), act: () => void saved(told) });
  if (state.hidden) items.push({ label: say("widget.earlier_chats"), act: () => chat.showAll() });
  return items;
}

/** All of it: what was not loaded yet, too. */
async function saved({ chat, say }: Told): Promise<void> {
  for (let before: Row["key"] | null = null; chat.state.before !== null && chat.state.before !== before; ) {
    before = chat.state.before;
    await chat.readBefore();
  }
  const { messages, language, facts } = chat.state;
  const time = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: "medium", timeStyle: "medium" });
  const brand = facts.look.brand || say("widget.title");
  const text = transcript(messages, say("widget.with", { brand }), say("widget.you"), brand, (at) => time.format(at));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = `${say("widget.title")}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
