/** Ten thousand rows of the list, without a desk behind it: bench/web_list.py scrolls it and counts. */

import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { ChosenContext, HereContext, type Here } from "../src/app/desk";
import { catalogueOf } from "../src/i18n/catalogues";
import type { Say } from "../src/i18n/texts";
import { ConversationGrid } from "../src/inbox/list/ConversationGrid";
import type { Shown } from "../src/inbox/list/order";
import type { Row } from "../src/inbox/list/places";
import "../src/styles/base.css";

const ROWS = Number(new URLSearchParams(location.search).get("rows") ?? 10_000);
const CHANNELS = ["whatsapp", "email", "web_chat", "telegram", "line", "sms"];
const PRIORITIES: ReadonlyArray<Row["priority"]> = ["normal", "normal", "high", "urgent"];

declare global {
  interface Window {
    /** After so many milliseconds there were rows. */
    ready?: number;
  }
}

const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

function made(place: number): Shown {
  const row: Row = {
    id: `cnv_${place}`, status: "open", contact_id: `con_${place}`, contact_name: `Customer ${place}`, channel: CHANNELS[place % CHANNELS.length] ?? "sms",
    inbox_id: "ibx_1", active_leg_id: "leg_1", assignee_id: null, team_id: null, priority: PRIORITIES[place % PRIORITIES.length] ?? "normal",
    labels: place % 3 === 0 ? ["refund"] : [], unread: place % 4, waiting_since: place % 2 === 0 ? at(place % 90) : null, last_activity_at: at(place),
    opened_at: at(place + 5), snoozed_until: null, wake_on: "any_inbound", episode: 1, tier: null, taken_over: null, version: 1,
    last_message: { id: "msg_1", leg_id: "leg_1", direction: "inbound", kind: "text", preview: `Where is my order number ${place}?`, author_kind: "contact", occurred_at: at(place) },
  };
  return { listed: { row, reasons: [{ kind: "tier", text: "VIP", minutes: 15, at: null, seconds: null, value: "vip" }] }, leftAt: null };
}

const ALL = Array.from({ length: ROWS }, (_, place) => made(place));
const NO_LABELS = new Map([["refund", "Refund"]]);

function List() {
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  return (
    <div style={{ display: "flex", flexDirection: "column", blockSize: 700, inlineSize: 320 }}>
      <ConversationGrid shown={ALL} label="Conversations" current="cnv_3" selected={selected} select={select} open={() => undefined} labels={NO_LABELS} />
    </div>
  );
}

async function shown(began: number): Promise<void> {
  while (document.querySelector("[role=grid] [role=row]") === null) await new Promise((done) => requestAnimationFrame(done));
  window.ready = performance.now() - began;
}

const began = performance.now();
const texts = await catalogueOf("en");
const say: Say = (id, values) => texts._(id, values);
const here = { me: { id: "agt_1", kind: "agent", name: "Ann", role: "agent" } } as unknown as Here;
const preferences = { language: "en", theme: "light", density: "comfortable" } as const;
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <ChosenContext value={{ preferences, choose: () => undefined, say }}>
      <HereContext value={here}>
        <List />
      </HereContext>
    </ChosenContext>
  </StrictMode>,
);
void shown(began);
