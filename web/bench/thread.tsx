/** A thread of 5,000 messages, as the inbox shows it, without a desk behind it: bench/thread.py scrolls it and counts. */

import { QueryClientProvider } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { I18nProvider } from "react-aria-components";
import { queries } from "../src/api/queries";
import { BaseContext, ChosenContext, HereContext, type Base, type Here } from "../src/app/desk";
import type { Entry, Message } from "../src/desk/conversation";
import { catalogueOf } from "../src/i18n/catalogues";
import { assembled, pieceOf } from "../src/inbox/thread/entries";
import { MessageList } from "../src/inbox/thread/MessageList";
import { rowsOf } from "../src/inbox/thread/rows";
import { ThreadContext, type Shared } from "../src/inbox/thread/shared";
import "../src/styles/base.css";

const MANY = 5_000;
const STEP = 45_000;
const WORDS = "where is my parcel it was sent on monday and has not come yet could you look please thank you".split(" ");

/** The same ones each time. */
function entry(place: number): Message {
  const out = place % 3 === 1;
  const length = 3 + ((place * 7) % 40);
  return {
    type: "message",
    id: `msg_${String(place).padStart(29, "0")}`,
    conversation_id: "cnv_1",
    leg_id: "leg_1",
    direction: out ? "outbound" : "inbound",
    kind: "text",
    text: Array.from({ length }, (_, word) => WORDS[(place + word * 5) % WORDS.length]).join(" "),
    content: {},
    attachments: [],
    author: out ? { kind: "agent", id: "agt_1", name: "Nia" } : { kind: "contact", id: "con_1", name: "Bob" },
    reply_to: null,
    external_id: `x${place}`,
    occurred_at: new Date(Date.UTC(2026, 0, 1) + place * STEP).toISOString(),
    client_id: out ? `c${place}` : null,
    state: out ? "read" : null,
    attempt: 1,
    marks: {},
    failure: null,
    rendered_as: null,
    call: null,
    version: 1,
  };
}

const nothing = (): void => undefined;
const entries = Array.from({ length: MANY }, (_, place): Entry => entry(place));
const pieces = assembled(entries);
const rowsFrom = (first: number) =>
  rowsOf({ pieces: pieces.slice(first), pending: [], unreadFrom: null, gapAfter: null, started: first === 0, dayOf: (at) => at.slice(0, 10) });
const PAGE = 100;
const LATE = 60;
const shared: Shared = {
  conversation: { id: "cnv_1", contact_id: "con_1", legs: [], active_leg_id: "leg_1" },
  customer: "Bob",
  channelOf: () => "whatsapp",
  can: () => true,
  find: (id) => pieceOf(pieces, id),
  all: () => pieces,
  reveal: nothing,
  react: nothing,
  retry: () => Promise.resolve(),
};

const i18n = await catalogueOf("en");
const chosen = { preferences: { language: "en" as const, theme: "light" as const, density: "comfortable" as const }, choose: nothing, say: (id: string, values?: Record<string, string | number>) => i18n._(id, values ?? {}) };
const here = { me: { id: "agt_2", kind: "agent", name: "Ann", role: "agent" } } as unknown as Here;

/** All of it, or (`?from=4900`) its end, and older pages as they are asked for. */
function Long() {
  const [first, setFirst] = useState(() => Number(new URLSearchParams(location.search).get("from") ?? 0));
  const [busy, setBusy] = useState(false);
  const waiting = useRef(false);
  const rows = useMemo(() => rowsFrom(first), [first]);
  const older = useCallback(() => {
    if (waiting.current || first === 0) return;
    waiting.current = true;
    setBusy(true);
    setTimeout(() => {
      waiting.current = false;
      setBusy(false);
      setFirst(Math.max(0, first - PAGE));
    }, LATE);
  }, [first]);
  return <MessageList rows={rows} handle={null} name="Bob" busy={busy} openAt={null} older={older} gapBusy={false} fillGap={nothing} seen={nothing} ended={nothing} leave={nothing} />;
}

createRoot(document.getElementById("root") as HTMLElement).render(
  <QueryClientProvider client={queries()}>
    <BaseContext value={{} as Base}>
      <ChosenContext value={chosen}>
        <HereContext value={here}>
          <I18nProvider locale="en-US">
            <ThreadContext value={shared}>
              <div style={{ display: "flex", blockSize: "100vh" }}>
                <Long />
              </div>
            </ThreadContext>
          </I18nProvider>
        </HereContext>
      </ChosenContext>
    </BaseContext>
  </QueryClientProvider>,
);
