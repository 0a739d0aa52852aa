/** The field itself: a plain one, in the browser's own hands, so that input methods, undo and screen readers work. */

import { useEffect, useId, useLayoutEffect, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { useSay } from "../../app/desk";
import { isComposing } from "../../keys/ime";
import { enterMeans } from "./enter";
import { askedAt, plainSlash, type Asked } from "./suggest";
import { optionId, SuggestMenu } from "./SuggestMenu";
import { useAttach } from "./useAttach";
import { useSuggestions, type Suggestion } from "./useSuggestions";
import { useWork } from "./work";
import styles from "./Composer.module.css";

interface Props {
  label: string;
  channel: string | null;
  sends: boolean;
  describedBy: string;
  onTyped: () => void;
  onSend: (resolve: boolean) => void;
  onTake: (item: Suggestion, asked: Asked) => void;
}

const LINES = 10;
const LABELS = { slash: "composer.suggest_texts", mention: "composer.suggest_people", emoji: "composer.emoji" } as const;

export function Field({ label, channel, sends, describedBy, onTyped, onSend, onTake }: Props) {
  const say = useSay();
  const work = useWork();
  const attach = useAttach();
  const list = useId();
  const { field, draft, mode, drafts, conversation } = work;
  const [asked, setAsked] = useState<Asked | null>(null);
  const [active, setActive] = useState(0);
  const found = useSuggestions(asked, mode, channel);
  const isOpen = asked !== null && (found.items.length > 0 || asked.query === "" || found.isPending);

  useLayoutEffect(() => {
    const place = field.current;
    if (place === null) return;
    // What is drawn may be older than the last key: the draft itself never is.
    const { text } = drafts.get(conversation.id, mode);
    if (place.value !== text) place.value = text;
    grow(place);
  });
  useEffect(() => setActive(0), [asked?.query, asked?.kind]);

  const look = (place: HTMLTextAreaElement) => setAsked((before) => same(before, askedAt(place.value, place.selectionStart, mode === "note")));
  const typed = (place: HTMLTextAreaElement, composing: boolean) => {
    const plain = composing ? null : plainSlash(place.value, place.selectionStart);
    if (plain !== null) {
      place.value = plain.text;
      place.setSelectionRange(plain.caret, plain.caret);
    }
    work.typed(place.value);
    grow(place);
    onTyped();
    if (plain !== null) setAsked(null);
    else if (!composing) look(place);
  };
  const take = (item: Suggestion) => {
    if (asked !== null) onTake(item, asked);
    setAsked(null);
  };
  const inMenu = (event: KeyboardEvent): boolean => {
    const { length } = found.items;
    const item = found.items[active];
    if (event.key === "Escape") setAsked(null);
    else if (length === 0) return false;
    else if (event.key === "ArrowDown") setActive((active + 1) % length);
    else if (event.key === "ArrowUp") setActive((active + length - 1) % length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && item !== undefined) take(item);
    else return false;
    return true;
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // A key of an input method is nobody else's.
    if (isComposing(event)) return;
    if (isOpen && inMenu(event)) return event.preventDefault();
    const means = enterMeans(event, sends);
    if (means !== null) {
      event.preventDefault();
      event.stopPropagation();
      onSend(means === "send_and_resolve");
    } else if (event.key === "Escape") {
      const thread = document.querySelector<HTMLElement>("[role=log]");
      const entry = thread?.querySelector<HTMLElement>("[tabindex='0']") ?? thread;
      event.currentTarget.blur();
      entry?.focus();
    }
  };
  const pasted = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    attach(files);
  };
  return (
    <div className={styles["fieldBox"]}>
      {isOpen && (
        <SuggestMenu
          id={list}
          label={say(LABELS[asked.kind])}
          items={found.items}
          active={active}
          isPending={found.isPending}
          failed={found.failed}
          onTake={take}
        />
      )}
      <textarea
        ref={field}
        className={styles["field"]}
        defaultValue={draft.text}
        rows={2}
        dir="auto"
        aria-label={label}
        placeholder={label}
        aria-autocomplete="list"
        aria-controls={isOpen ? list : undefined}
        aria-activedescendant={isOpen && found.items.length > 0 ? optionId(list, active) : undefined}
        aria-describedby={describedBy}
        onInput={(event) => typed(event.currentTarget, (event.nativeEvent as InputEvent).isComposing)}
        onCompositionEnd={(event) => look(event.currentTarget)}
        onSelect={(event) => asked !== null && look(event.currentTarget)}
        onBlur={() => {
          setAsked(null);
          work.drafts.flush();
        }}
        onKeyDown={pressed}
        onPaste={pasted}
      />
    </div>
  );
}

const same = (before: Asked | null, now: Asked | null): Asked | null =>
  before !== null && now !== null && before.start === now.start && before.query === now.query && before.kind === now.kind ? before : now;

/** From two lines to ten, then it scrolls. Browsers that know field-sizing do it themselves. */
function grow(place: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  place.style.blockSize = "auto";
  const line = parseFloat(getComputedStyle(place).lineHeight) || 20;
  place.style.blockSize = `${Math.min(place.scrollHeight + 2, line * LINES + 20)}px`;
}
