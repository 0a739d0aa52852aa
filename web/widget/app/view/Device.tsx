/** @jsxImportSource preact */
/** The same chat on another device: a link that counts once, within minutes, and its QR code. */

import { generate } from "lean-qr/nano";
import { useEffect, useState } from "preact/hooks";
import { momentOf, useChat } from "./use";

type Link = { url: string; until: number } | "failed" | null;

export function Device() {
  const { chat, state, say } = useChat();
  const [link, setLink] = useState<Link>(null);
  const [attempt, again] = useState(0);
  useEffect(() => {
    setLink(null);
    void make(chat).then(setLink, () => setLink("failed"));
  }, [attempt]);
  return (
    <div class="alone" data-first tabIndex={-1}>
      <h2>{say("widget.device")}</h2>
      <p>{say("widget.device_how")}</p>
      {link === null && <p role="status">{say("widget.loading")}</p>}
      {link === "failed" && <p class="fault" role="alert">{say("widget.not_sent")}</p>}
      {link !== null && link !== "failed" && (
        <>
          <Code text={link.url} />
          <Copy url={link.url} />
          <p class="meta">{say("widget.device_until", { time: momentOf(link.until, state.language) })}</p>
        </>
      )}
      {link !== null && <button type="button" onClick={() => again(attempt + 1)}>{say("widget.device_new")}</button>}
    </div>
  );
}

async function make(chat: ReturnType<typeof useChat>["chat"]): Promise<Link> {
  await chat.sessions.ensure(false);
  const { code, expires_at } = await chat.api.handover();
  const address = new URL(location.href);
  address.searchParams.delete("host");
  // Behind the #, so that no server's log has it.
  address.hash = `continue=${code}`;
  return { url: address.href, until: Date.parse(expires_at) };
}

function Code({ text }: { text: string }) {
  const { say } = useChat();
  const code = generate(text);
  const size = code.size;
  let path = "";
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  return (
    <svg class="code" role="img" aria-label={say("widget.device_code")} viewBox={`-4 -4 ${size + 8} ${size + 8}`}>
      <rect x={-4} y={-4} width={size + 8} height={size + 8} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function Copy({ url }: { url: string }) {
  const { say } = useChat();
  const [done, setDone] = useState(false);
  const copy = (event: { currentTarget: HTMLElement }): void => {
    const field = event.currentTarget.parentElement?.querySelector("input");
    field?.select();
    // A frame may not write the clipboard by itself; what is selected is copied by the keys.
    setDone(document.execCommand("copy"));
  };
  return (
    <div class="row">
      <input class="link" readOnly value={url} aria-label={say("widget.device_link")} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" onClick={copy}>{done ? say("widget.copied") : say("widget.copy")}</button>
    </div>
  );
}
