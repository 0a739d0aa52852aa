/** Who closes the last tab while customers talk to them live is asked once. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { told, type Schemas } from "../api/client";
import { newer, useThings } from "../desk/things";
import { useApi, useMe } from "./desk";

const LOCK = "parley.tab";
const LOOK_EVERY = 5_000;
const ASKED = "parley.asked_to_stay";
/** A page that was just opened has more to ask for. */
const AFTER = 3_000;
const MOST = 100;
const ALL = () => true;

export function LastTab() {
  const [api, me] = [useApi(), useMe()];
  const [begun, begin] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => begin(true), AFTER);
    return () => clearTimeout(timer);
  }, []);
  const { data: read } = useQuery({
    queryKey: ["me", "talks"],
    queryFn: async () => (await told(api.GET("/conversations", { params: { query: { view: "mine", status: "open", limit: MOST } } }))).items,
    enabled: begun && me.kind === "agent",
    staleTime: Infinity,
  });
  const live = useThings(["conversation"], ALL, []);
  const held = useRef(0);
  held.current = talksOf(me.id, read ?? [], live.map(({ view }) => view as unknown as Row));
  useEffect(() => watchTabs(() => held.current > 0), []);
  return null;
}

type Row = Pick<Schemas["ConversationRow"], "id" | "version" | "assignee_id" | "status" | "channel">;

/** Customers there wait at the very moment. */
const LIVE = new Set(["web_chat", "voice"]);

/** How many customers talk to somebody live, by what was read and what was told since. */
export function talksOf(me: string, read: readonly Row[], told: readonly Row[]): number {
  const rows = new Map(read.map((row) => [row.id, row]));
  for (const row of told) rows.set(row.id, newer(rows.get(row.id), row) ?? row);
  return [...rows.values()].filter(({ assignee_id, status, channel }) => assignee_id === me && status === "open" && LIVE.has(channel)).length;
}

function watchTabs(isNeeded: () => boolean): () => void {
  if (!("locks" in navigator)) return () => undefined;
  const over = new AbortController();
  let tabs = 1;
  const there = navigator.locks.request(LOCK, { mode: "shared" }, () => new Promise<void>((end) => over.signal.addEventListener("abort", () => end())));
  there.catch(() => undefined);
  const count = async () => {
    const { held } = await navigator.locks.query();
    tabs = held?.filter((each) => each.name === LOCK).length ?? 1;
  };
  const timer = setInterval(() => void count(), LOOK_EVERY);
  const ask = (event: BeforeUnloadEvent) => {
    if (tabs > 1 || !isNeeded() || sessionStorage.getItem(ASKED) !== null) return;
    sessionStorage.setItem(ASKED, "1");
    event.preventDefault();
  };
  addEventListener("beforeunload", ask);
  return () => {
    over.abort();
    clearInterval(timer);
    removeEventListener("beforeunload", ask);
  };
}
