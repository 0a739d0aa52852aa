/** One script tag: `<script async src="…/widget.js" data-chat="https://…/widget/v1/ibx_…"></script>`. */

import type { EventName, Proof } from "../shared/protocol";
import { Chat, type Listener } from "./chat";

type Call = [name: string, ...rest: unknown[]];
type Parley = ((...call: Call) => void) & { q?: ArrayLike<unknown>[] };

declare global {
  interface Window {
    parley?: Parley;
  }
}

/** The element that is running: known now, not later. */
const own = document.currentScript as HTMLScriptElement | null;

function begun(script: HTMLScriptElement): void {
  const { chat: address, accent, position, language } = script.dataset;
  if (!address) return void console.error("parley: the script needs data-chat, the address of the chat");
  const place = {
    address: address.replace(/\/$/, ""),
    accent: accent ?? null,
    position: position === "start" ? ("start" as const) : ("end" as const),
    language: language ?? null,
    nonce: script.nonce || null,
  };
  let chat: Chat | null = new Chat(place);
  const acts: Record<string, (...given: never[]) => void> = {
    open: () => chat?.open(),
    close: () => chat?.close(),
    identify: (proof: Proof) => chat?.identify(proof),
    on: (name: EventName, listener: Listener) => chat?.on(name, listener),
    shutdown: () => {
      chat?.shutdown();
      chat = null;
    },
  };
  const earlier = window.parley?.q ?? [];
  const parley: Parley = (name, ...rest) => acts[name]?.(...(rest as never[]));
  window.parley = parley;
  for (const call of earlier) parley(...(Array.from(call) as Call));
}

if (own && !own.dataset["begun"]) {
  // A page that says it twice has one chat.
  own.dataset["begun"] = "";
  if (document.body) begun(own);
  else addEventListener("DOMContentLoaded", () => begun(own), { once: true });
}
