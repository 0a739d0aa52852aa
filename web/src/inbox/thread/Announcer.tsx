/** What comes into the open thread, read out politely: batched, short, no controls. */

import { useEffect, useRef, useState } from "react";
import { useSay } from "../../app/desk";
import type { Entry } from "../../desk/conversation";
import { earlier } from "../../desk/ids";
import { isMessage } from "./entries";
import { isSaid } from "./rows";

const BATCH = 1_000;
const MOST = 140;

export function Announcer({ entries, customer }: { entries: readonly Entry[]; customer: string }) {
  const say = useSay();
  const heard = useRef<string | null>(null);
  const waiting = useRef<Entry[]>([]);
  const [polite, setPolite] = useState("");
  const [alert, setAlert] = useState("");
  const failed = useRef<Set<string> | null>(null);

  useEffect(() => {
    const newest = entries.at(-1)?.id ?? null;
    const last = heard.current;
    heard.current = newest ?? last;
    if (last === null || newest === null) return undefined;
    waiting.current.push(...entries.filter((entry) => isSaid(entry) && earlier(entry.id, last) > 0));
    if (waiting.current.length === 0) return undefined;
    const timer = setTimeout(() => {
      const said = waiting.current.splice(0);
      const texts = said.map(({ text }) => say("thread.announce.one", { name: customer, text: (text || say("thread.announce.no_text")).slice(0, MOST) }));
      setPolite(said.length > 2 ? say("thread.announce.many", { n: said.length, name: customer }) : texts.join(" "));
    }, BATCH);
    return () => clearTimeout(timer);
  }, [entries, customer, say]);

  useEffect(() => {
    const now = new Set(entries.flatMap((entry) => (isMessage(entry) && entry.state === "failed" ? [entry.id] : [])));
    const fresh = failed.current === null ? [] : [...now].filter((id) => !failed.current?.has(id));
    failed.current = now;
    const entry = entries.find(({ id }) => id === fresh[0]);
    if (entry !== undefined && isMessage(entry)) setAlert(say("thread.failed.why", { reason: entry.failure?.detail ?? "–" }));
  }, [entries, say]);

  return (
    <>
      <p className="visually-hidden" role="status" aria-live="polite">
        {polite}
      </p>
      <p className="visually-hidden" role="alert">
        {alert}
      </p>
    </>
  );
}
