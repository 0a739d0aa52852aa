/** @jsxImportSource preact */
/** What was said. It follows its end while the visitor is there, and stays where they read while they are not. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { choices, rows, wordsOf, type Row } from "../thread";
import { PendingBubble, SaidBubble } from "./Bubble";
import { Icon } from "./Icon";
import { Greeting } from "./WhoForm";
import { dayOf, useChat } from "./use";

const NEAR = 80;

export function Log() {
  const { chat, state, say } = useChat();
  const place = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [away, setAway] = useState(false);
  const found = rows(state.messages, state.pending, state.unreadLine, state.hidden);
  const key = `${found.length} ${found.at(-1)?.key} ${state.typing?.name ?? ""} ${state.uploads.length} ${state.open} ${state.status}`;
  useLayoutEffect(() => {
    const box = place.current;
    if (box && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [key]);
  const scrolled = (): void => {
    const box = place.current;
    if (!box) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    setAway(!atEnd.current);
  };
  const toEnd = (): void => place.current?.scrollTo({ top: place.current.scrollHeight });
  return (
    <div class="middle">
      <div class="log" ref={place} role="log" aria-live="off" aria-label={say("widget.messages")} tabIndex={0} onScroll={scrolled}>
        {state.before !== null && !state.hidden && <Earlier box={place} />}
        {state.loading && <p class="meta" role="status">{say("widget.loading")}</p>}
        {!state.loading && found.length === 0 && <Beginning />}
        {found.map((row) => <One key={row.key} row={row} />)}
        <Choices />
        <Typing />
        {state.status === "resolved" && found.length > 0 && state.pending.length === 0 && <Ended anew={() => chat.startAnew()} />}
      </div>
      {away && (
        <button type="button" class="latest" onClick={toEnd}>
          <Icon name="down" /> {say("widget.latest")}
        </button>
      )}
      <Announcer />
    </div>
  );
}

function One({ row }: { row: Row }) {
  const { state, say } = useChat();
  if (row.kind === "day") return <p class="day">{dayOf(row.at, state.language)}</p>;
  if (row.kind === "unread") return <p class="unread">{say("widget.new")}</p>;
  return row.kind === "said" ? <SaidBubble message={row.message} follows={row.follows} /> : <PendingBubble pending={row.pending} />;
}

/** Before the first word: a greeting, and questions to begin with. */
function Beginning() {
  const { chat, state } = useChat();
  return (
    <>
      <Greeting />
      <div class="choices">
        {state.facts.look.suggestions.map((text) => (
          <button type="button" key={text} onClick={() => chat.send(text)}><bdi>{text}</bdi></button>
        ))}
      </div>
    </>
  );
}

function Choices() {
  const { chat, state } = useChat();
  const found = choices(state.messages, state.pending);
  if (found.length === 0) return null;
  return (
    <div class="choices">
      {found.map(({ payload, title }) => (
        <button type="button" key={payload} onClick={() => chat.choose(payload, title)}><bdi>{title}</bdi></button>
      ))}
    </div>
  );
}

function Typing() {
  const { state, say } = useChat();
  if (!state.typing) return null;
  const { name } = state.typing;
  return (
    <p class="typing">
      <span class="dots" aria-hidden="true"><i /><i /><i /></span>
      {name ? say("widget.types", { name }) : say("widget.somebody_types")}
    </p>
  );
}

/** What was said before; what the visitor reads does not move. */
function Earlier({ box }: { box: { current: HTMLDivElement | null } }) {
  const { chat, say } = useChat();
  const load = async (): Promise<void> => {
    const below = (box.current?.scrollHeight ?? 0) - (box.current?.scrollTop ?? 0);
    await chat.readBefore();
    requestAnimationFrame(() => box.current && (box.current.scrollTop = box.current.scrollHeight - below));
  };
  return <button type="button" class="earlier" onClick={() => void load()}>{say("widget.earlier")}</button>;
}

function Ended({ anew }: { anew: () => void }) {
  const { say } = useChat();
  return (
    <div class="ended">
      <p>{say("widget.ended")}</p>
      <button type="button" onClick={anew}>{say("widget.anew")}</button>
    </div>
  );
}

/** New words of the desk's, once, while the panel is open. */
function Announcer() {
  const { state, say } = useChat();
  const [told, tell] = useState("");
  const heard = useRef<string | null>(null);
  const last = state.messages.findLast((message) => message.from === "agent");
  useEffect(() => {
    const before = heard.current;
    if (!state.loading) heard.current = last?.id ?? "";
    if (!last || !state.open || before === null || last.id <= before) return;
    const text = wordsOf(last).slice(0, 140) || (last.attachments[0]?.name ?? "");
    tell(say("widget.said", { name: last.name ?? say("widget.team"), text }));
  }, [last?.id, state.loading]);
  return <p class="heard" role="status">{told}</p>;
}
