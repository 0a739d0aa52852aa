/** Scrolls through ten thousand rows of the list and counts frames, and rows in the document. `window.measured` tells when it
 * is over. */

import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { ChosenContext } from "../src/app/desk";
import { catalogueOf } from "../src/i18n/catalogues";
import type { Say } from "../src/i18n/texts";
import { ConversationGrid } from "../src/inbox/list/ConversationGrid";
import type { Shown } from "../src/inbox/list/order";
import type { Row } from "../src/inbox/list/places";
import "../src/styles/base.css";

const ROWS = Number(new URLSearchParams(location.search).get("rows") ?? 10_000);
const CHANNELS = ["whatsapp", "email", "web_chat", "telegram", "line", "sms"];
const PRIORITIES: ReadonlyArray<Row["priority"]> = ["normal", "normal", "high", "urgent"];
const FOR = 4_000;
/** Two rows a frame: some ten thousand pixels a second, a hard push of a wheel. */
const STEP = 160;

declare global {
  interface Window {
    measured?: { fps: number; slowest: number; rows: number; ready: number };
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

const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));

async function measure(began: number): Promise<void> {
  let grid: HTMLElement | null = null;
  while ((grid = document.querySelector("[role=grid]")) === null || grid.querySelector("[role=row]") === null) await frame();
  const ready = performance.now() - began;
  let [last, slowest, rows, frames] = [await frame(), 0, 0, 0];
  const from = last;
  while (last - from < FOR) {
    grid.scrollTop += STEP;
    const now = await frame();
    slowest = Math.max(slowest, now - last);
    rows = Math.max(rows, grid.querySelectorAll("[role=row]").length);
    frames += 1;
    last = now;
  }
  window.measured = { fps: (frames * 1_000) / (last - from), slowest, rows, ready };
}

const began = performance.now();
const texts = await catalogueOf("en");
const say: Say = (id, values) => texts._(id, values);
const preferences = { language: "en", theme: "light", density: "comfortable" } as const;
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <ChosenContext value={{ preferences, choose: () => undefined, say }}>
      <List />
    </ChosenContext>
  </StrictMode>,
);
void measure(began);
