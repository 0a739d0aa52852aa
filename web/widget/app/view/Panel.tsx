/** @jsxImportSource preact */
/** The whole of the widget's page. */

import { useEffect, useRef, useState } from "preact/hooks";
import { mustAsk } from "../state";
import { Composer } from "./Composer";
import { Device } from "./Device";
import { Icon } from "./Icon";
import { Log } from "./Log";
import { Menu } from "./Menu";
import { Notices } from "./Notices";
import { WhoForm } from "./WhoForm";
import { useChat } from "./use";

export type View = "chat" | "device";

export function Panel() {
  const { chat, state, say } = useChat();
  const [view, setView] = useState<View>("chat");
  const panel = useRef<HTMLDivElement>(null);
  const brand = state.facts.look.brand || say("widget.title");
  useEffect(() => {
    if (!state.open) return;
    const first = panel.current?.querySelector<HTMLElement>("textarea, form input, [data-first]");
    first?.focus({ preventScroll: true });
  }, [state.open, view, mustAsk(state)]);
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (view === "device") setView("chat");
    else chat.close();
  };
  return (
    <div class="panel" ref={panel} role="dialog" aria-label={say("widget.with", { brand })} onKeyDown={escape}>
      <Header brand={brand} view={view} setView={setView} />
      {view === "device" ? <Device /> : <Talk />}
    </div>
  );
}

function Talk() {
  const { state } = useChat();
  if (state.closed !== null) return <p class="alone">{state.closed}</p>;
  if (mustAsk(state)) return <WhoForm />;
  return (
    <>
      <Notices />
      <Log />
      <Composer />
    </>
  );
}

interface HeaderProps {
  brand: string;
  view: View;
  setView: (view: View) => void;
}

function Header({ brand, view, setView }: HeaderProps) {
  const { chat, state, say } = useChat();
  const last = state.messages.findLast((message) => message.from === "agent" && message.name !== null);
  return (
    <header>
      {view === "device" && (
        <button type="button" class="plain" aria-label={say("widget.back")} onClick={() => setView("chat")}>
          <Icon name="back" />
        </button>
      )}
      <h1>
        <bdi>{brand}</bdi>
        {last?.name && <span><bdi>{last.name}</bdi></span>}
      </h1>
      {view === "chat" && state.closed === null && <Menu setView={setView} />}
      {state.framed && (
        <button type="button" class="plain" aria-label={say("widget.close")} onClick={() => chat.close()}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}
