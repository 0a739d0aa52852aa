/** @jsxImportSource preact */
/** What has to be known before one reads on: no line, closed, how long it takes. */

import { useEffect, useState } from "preact/hooks";
import { asksForEmail } from "../state";
import { EmailForm } from "./WhoForm";
import { momentOf, useChat } from "./use";

/** A line that is back within this time was never missed. */
const CALM = 1_500;

export function Notices() {
  const { state, say } = useChat();
  const lost = useLost(state.line === "offline" || state.line === "reconnecting");
  const closed = state.hours?.open === false;
  const until = state.hours?.changes_at ? momentOf(Date.parse(state.hours.changes_at), state.language) : null;
  return (
    <div class="notices">
      <div role="status">
        {lost && <p class="notice warn">{say(state.line === "offline" ? "widget.offline" : "widget.reconnecting")}</p>}
        {!state.lasting && <p class="notice">{say("widget.blocked")}</p>}
        {closed && <p class="notice">{until === null ? say("widget.closed") : say("widget.closed_until", { time: until })}</p>}
        {!closed && state.queue && <p class="notice">{state.queue.said ?? say("widget.in_line")}</p>}
      </div>
      {(closed || state.queue !== null) && asksForEmail(state) && <EmailForm />}
    </div>
  );
}

function useLost(lost: boolean): boolean {
  const [shown, show] = useState(false);
  useEffect(() => {
    if (!lost) return show(false);
    const timer = setTimeout(() => show(true), CALM);
    return () => clearTimeout(timer);
  }, [lost]);
  return shown;
}
