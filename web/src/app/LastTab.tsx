/** Who closes the last tab while customers talk to them live is asked once. */

import { useEffect, useRef } from "react";
import { useThings } from "../desk/things";
import { useMe } from "./desk";

const LOCK = "parley.tab";
const LOOK_EVERY = 5_000;
const ASKED = "parley.asked_to_stay";
/** Customers there wait at the very moment. */
const LIVE = new Set(["web_chat", "voice"]);

export function LastTab() {
  const me = useMe();
  const live = useThings(
    ["conversation"],
    ({ view }) => view["assignee_id"] === me.id && view["status"] === "open" && LIVE.has(String(view["channel"])),
    [me.id],
  );
  const held = useRef(0);
  held.current = live.length;
  useEffect(() => watchTabs(() => held.current > 0), []);
  return null;
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
