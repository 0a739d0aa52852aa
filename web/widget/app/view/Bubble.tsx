/** @jsxImportSource preact */
/** One message, the desk's or the visitor's. */

import { useState } from "preact/hooks";
import type { Attachment, Shown } from "../api";
import { parts } from "../rich";
import { wordsOf, type Pending } from "../thread";
import { writtenAt } from "../uuid7";
import { Icon } from "./Icon";
import { timeOf, useChat } from "./use";

function Words({ text }: { text: string }) {
  if (!text) return null;
  return (
    <p class="words" dir="auto">
      {parts(text).map((part, index) =>
        part.kind === "words" ? part.text : (
          <a key={index} href={part.href} title={part.href} target="_blank" rel="noopener noreferrer">{part.text}</a>
        ),
      )}
    </p>
  );
}

export function SaidBubble({ message, follows }: { message: Shown; follows: boolean }) {
  const { state, say } = useChat();
  const own = message.from === "visitor";
  const at = Date.parse(message.occurred_at);
  const name = own ? say("widget.you") : (message.name ?? (state.facts.look.brand || say("widget.team")));
  const id = `m${message.id}`;
  const nothing = !wordsOf(message) && message.attachments.length === 0;
  return (
    <article class={own ? "bubble own" : "bubble"} data-follows={follows || undefined} aria-labelledby={id}>
      <p class={follows ? "who heard" : "who"} id={id}>
        <bdi>{name}</bdi> <time dateTime={message.occurred_at}>{timeOf(at, state.language)}</time>
      </p>
      <div class="body">
        <Words text={wordsOf(message)} />
        {nothing && <Place content={message.content} />}
        {message.attachments.map((file, index) => <File key={index} message={message.id} index={index} file={file} />)}
      </div>
      {own && <Arrived read={message.id <= state.readTo} />}
    </article>
  );
}

function Arrived({ read }: { read: boolean }) {
  const { say } = useChat();
  return (
    <p class="tick" data-read={read || undefined}>
      <Icon name="delivered" /> {say(read ? "widget.read" : "widget.delivered")}
    </p>
  );
}

function Place({ content }: { content: Record<string, unknown> }) {
  const { say } = useChat();
  const { latitude, longitude } = content;
  if (typeof latitude !== "number" || typeof longitude !== "number") return <p class="words">{say("widget.unshown")}</p>;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return <p class="words"><a href={href} target="_blank" rel="noopener noreferrer">{say("widget.place")}</a></p>;
}

function File({ message, index, file }: { message: string; index: number; file: Attachment }) {
  const { chat, say } = useChat();
  const [address, setAddress] = useState<string | null>(null);
  const [fault, setFault] = useState(false);
  const name = file.name ?? file.mime;
  const look = async (): Promise<string | null> => {
    const found = await chat.api.file(message, index).catch(() => null);
    setFault(found === null);
    return found?.url ?? null;
  };
  const open = async (): Promise<void> => {
    const url = await look();
    if (url === null) return;
    if (file.mime.startsWith("image/") && address === null) setAddress(url);
    else window.open(url, "_blank", "noopener");
  };
  return (
    <div class="file">
      {address !== null && <img src={address} alt={name} />}
      <button type="button" onClick={() => void open()}>
        <Icon name="file" /> <bdi>{name}</bdi>
      </button>
      {fault && <p class="fault" role="alert">{say("widget.no_file")}</p>}
    </div>
  );
}

export function PendingBubble({ pending }: { pending: Pending }) {
  const { state, say } = useChat();
  const { written } = pending;
  const files = written.attachments ?? [];
  const id = `p${written.client_id}`;
  return (
    <article class="bubble own" data-state={pending.state} aria-labelledby={id}>
      <p class="who" id={id}>
        <bdi>{say("widget.you")}</bdi> <time>{timeOf(writtenAt(written.client_id), state.language)}</time>
      </p>
      <div class="body">
        <Words text={written.text ?? written.postback?.title ?? ""} />
        {files.map((file) => <p class="words" key={file.upload_id}><Icon name="file" /> <bdi>{file.name}</bdi></p>)}
      </div>
      <Fate pending={pending} />
    </article>
  );
}

/** What becomes of it, in words and by a shape. */
function Fate({ pending }: { pending: Pending }) {
  const { chat, state, say } = useChat();
  const id = pending.written.client_id;
  const takeBack = (): void => {
    const text = chat.cancel(id);
    if (text && !chat.state.draft) chat.write(text);
  };
  if (pending.state === "accepted") return <p class="tick"><Icon name="sent" /> {say("widget.sent")}</p>;
  if (pending.state === "waiting") {
    const offline = state.line === "offline" || state.line === "reconnecting";
    return (
      <p class="tick">
        <Icon name="waiting" /> {say(offline ? "widget.waiting" : "widget.sending")}
        {offline && <button type="button" onClick={takeBack}>{say("widget.cancel")}</button>}
      </p>
    );
  }
  return (
    <p class="tick fault" role="alert">
      <Icon name="failed" /> {pending.reason ? say("widget.failed", { reason: pending.reason }) : say("widget.not_sent")}
      <button type="button" onClick={() => chat.again(id)}>{say("widget.again")}</button>
      <button type="button" onClick={takeBack}>{say("widget.take_back")}</button>
    </p>
  );
}
