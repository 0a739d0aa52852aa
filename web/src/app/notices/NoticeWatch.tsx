/** Told as it happens, whatever page is open: a sound by one tab, words for screen readers, the number in the title. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { told } from "../../api/client";
import { useApi, useFollow, useFormats, useLiveDesk, useMe, useSay } from "../desk";
import { claim, turn } from "./claim";
import { isBeforeThem, isFresh, placeOf, soundsHere, type Kind, type Notice } from "./classes";
import { keepTelling, onPressed, showHidden } from "./push";
import { pushWords } from "./pushWords";
import { noticesKey, useUnseen } from "./queries";
import { speaker } from "./sounds";
import { countInTitle } from "./title";
import { useOtherTabs, useSounds } from "./useSounds";
import { wordsOf } from "./words";

interface Told {
  id: string;
  kind: Kind;
  conversation_id: string | null;
  agent_id: string;
  at: string;
  seen_at: string | null;
}

/** Said at once to who cannot see the list. */
const SPOKEN = new Set<Kind>(["mention", "sla_warned", "sla_breached", "returned", "window_closing"]);

export function NoticeWatch() {
  const [say, me, api, live, formats] = [useSay(), useMe(), useApi(), useLiveDesk(), useFormats()];
  const queries = useQueryClient();
  const sounds = useSounds();
  useOtherTabs();
  const unseen = useUnseen();
  const [, go] = useLocation();
  const shown = new URLSearchParams(useSearch()).get("c");
  const [said, setSaid] = useState("");
  const refresh = () => void queries.invalidateQueries({ queryKey: noticesKey });
  useEffect(() => countInTitle(unseen), [unseen]);
  useEffect(() => onPressed(go), [go]);
  useEffect(unlocking, []);
  useEffect(() => void keepTelling(pushWords(say, formats.locale)), [say, formats]);

  const hear = async (notice: Told) => {
    const sound = soundsHere(notice.kind);
    await turn();
    const looking = document.hasFocus() && !document.hidden;
    if (isBeforeThem(notice.conversation_id, { focusedOn: looking ? shown : null })) {
      // Claimed, so that no other tab tells of what is before somebody's eyes.
      await claim(`sound/${notice.id}`);
      if (notice.kind !== "mention") return;
    } else if (sound !== null) void sounds.play(sound, notice.id, notice.kind);
    if ((document.hidden || SPOKEN.has(notice.kind)) && (await claim(`words/${notice.id}`))) await speak(notice.id);
  };
  const speak = async (id: string) => {
    const page = await told(api.GET("/me/notifications", { params: { query: { limit: 20 } } })).catch(() => null);
    const notice: Notice | undefined = page?.items.find((each) => each.id === id);
    if (notice === undefined) return;
    const words = wordsOf(notice, say, formats);
    setSaid(words);
    if (document.hidden) await showHidden(words, id, placeOf(notice) ?? "/");
  };
  useFollow({
    topics: me.kind === "agent" ? [`work:${me.id}`] : [],
    changed: (things) => {
      const fresh = things.filter(([kind]) => kind === "notice").map(([, id]) => live.store.things.get(`notice/${id}`)?.view as unknown as Told | undefined);
      if (fresh.length === 0) return;
      refresh();
      for (const notice of fresh) if (notice?.agent_id === me.id && notice.seen_at === null && isFresh(notice.at, Date.now())) void hear(notice);
    },
    reset: refresh,
  });
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}

/** Browsers let sounds be heard after the first press of somebody's. */
function unlocking(): () => void {
  const unlock = () => void speaker.unlock();
  addEventListener("pointerdown", unlock, { once: true, capture: true });
  addEventListener("keydown", unlock, { once: true, capture: true });
  return () => {
    removeEventListener("pointerdown", unlock, { capture: true });
    removeEventListener("keydown", unlock, { capture: true });
  };
}
