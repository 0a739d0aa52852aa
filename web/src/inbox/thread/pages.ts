/** The entries of an open conversation: the newest are live, older ones are read as they are wanted. */

import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { Thing } from "parley-live";
import { told } from "../../api/client";
import { useApi, useLiveDesk } from "../../app/desk";
import type { Conversation, Entry } from "../../desk/conversation";
import { useRecent } from "../../desk/lately";
import { TAIL, tailOf } from "../../desk/tail";
import { useThings } from "../../desk/things";
import { assembled, merged, type Piece } from "./entries";
import { NONE, begunWith, filled, gapOf, grown, keptOf, shownOf, type Live, type Older } from "./older";
import { redactedBy } from "./redaction";

const PAGE = 100;
const KINDS = ["message", "note", TAIL];

export interface Pages {
  entries: readonly Entry[];
  pieces: readonly Piece[];
  /** There is something to show: the newest ones, or what was read lately. */
  ready: boolean;
  /** The newest ones are there, and more as it comes. */
  live: boolean;
  /** There is nothing older. */
  started: boolean;
  busy: boolean;
  fault: unknown;
  /** The entry after which something is missing. */
  gapAfter: string | null;
  /** One page more of older ones: whether there was one. */
  older: () => Promise<boolean>;
  fillGap: () => Promise<void>;
}

/** Everything that the conversation's topic has: also what was said in those that were merged into it. */
function useLive(id: string): Live {
  const live = useLiveDesk();
  const topic = `conversation:${id}`;
  const wanted = useCallback((thing: Thing) => live.store.members.get(topic)?.has(`${thing.kind}/${thing.id}`) ?? false, [live, topic]);
  const things = useThings(KINDS, wanted, [id]);
  return useMemo(
    () => ({
      entries: things.filter(({ kind }) => kind !== TAIL).map(({ view }) => view as unknown as Entry),
      from: tailOf(things.find(({ kind }) => kind === TAIL)),
    }),
    [things],
  );
}

/** What was read before, and what was live and is not any more: in the same drawing, so that nothing is missing in between. */
function useOlder(live: Live, begin: () => Older, atEnd: RefObject<boolean>): [Older, (change: (before: Older) => Older) => void] {
  const [older, setOlder] = useState(begin);
  const [before, setBefore] = useState(live);
  if (before === live) return [older, setOlder];
  const kept = keptOf(older, before, live, atEnd.current);
  setBefore(live);
  if (kept !== older) setOlder(kept);
  return [kept, setOlder];
}

/** `atEnd`: nobody looks at what is older. */
export function usePages(conversation: Conversation, atEnd: RefObject<boolean>): Pages {
  const { id } = conversation;
  const [api, recent] = [useApi(), useRecent()];
  const live = useLive(id);
  const ready = live.from !== undefined;
  const [older, setOlder] = useOlder(live, () => (ready ? NONE : begunWith(recent.of(id, conversation.version))), atEnd);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const known = useRef<ReadonlyMap<string, Piece>>(new Map());

  const entries = useMemo(() => shownOf(older, live), [older, live]);
  const pieces = useMemo(() => {
    const found = assembled(entries, known.current);
    known.current = new Map(found.map((piece) => [piece.key, piece]));
    return found;
  }, [entries]);
  const gapAfter = gapOf(older, live);
  const started = older.started || live.from === null;

  const state = useRef({ conversation, entries, busy: false, started, live: ready });
  useEffect(() => {
    Object.assign(state.current, { conversation, entries, started, live: ready });
  });
  // Whoever comes back to it finds it as they left it.
  useEffect(() => {
    const { current } = state;
    return () => {
      if (current.live) recent.keep(current);
    };
  }, [recent]);

  const ask = useCallback(
    async (where: { before: string } | { after: string }) => {
      state.current.busy = true;
      setBusy(true);
      try {
        const query = { limit: PAGE, ...where };
        const page = await told(api.GET("/conversations/{conversation_id}/messages", { params: { path: { conversation_id: id }, query } }));
        setFault(null);
        return page;
      } catch (caught) {
        setFault(caught);
        return null;
      } finally {
        state.current.busy = false;
        setBusy(false);
      }
    },
    [api, id],
  );

  const readOlder = useCallback(async () => {
    const { entries: here, started } = state.current;
    const first = here[0];
    if (state.current.busy || started || first === undefined) return false;
    const page = await ask({ before: first.id });
    // What it was to be put before may have gone meanwhile.
    if (page === null || state.current.entries[0]?.id !== first.id) return false;
    state.current.started = page.before === null;
    setOlder((before) => grown(before, page.items, first.id, page.before === null));
    return page.items.length > 0;
  }, [ask, setOlder]);

  const fillGap = useCallback(async () => {
    if (gapAfter === null || state.current.busy) return;
    const page = await ask({ after: gapAfter });
    if (page === null) return;
    setOlder((before) => filled(before, page.items));
  }, [ask, gapAfter, setOlder]);

  // A line may tell of what stands on an older page, which nothing else reads again.
  const heeded = useRef(new Set<string>());
  useEffect(() => {
    for (const line of live.entries) {
      const target = redactedBy(line);
      if (target === null || heeded.current.has(line.id)) continue;
      heeded.current.add(line.id);
      const { entries: here } = state.current;
      const next = here[here.findIndex((each) => each.id === target) + 1];
      if (next === undefined || !older.entries.some((each) => each.id === target)) continue;
      told(api.GET("/conversations/{conversation_id}/messages", { params: { path: { conversation_id: id }, query: { limit: 1, before: next.id } } })).then(
        ({ items }) => setOlder((before) => (before.entries.some((each) => each.id === target) ? { ...before, entries: merged(before.entries, items) } : before)),
        () => heeded.current.delete(line.id),
      );
    }
  }, [api, id, live.entries, older.entries, setOlder]);

  return { entries, pieces, ready: ready || older.joint !== null, live: ready, started, busy, fault, gapAfter, older: readOlder, fillGap };
}
