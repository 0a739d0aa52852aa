/** The entries of an open conversation: the newest are live, older ones are read as they are wanted. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Thing } from "parley-live";
import { told } from "../../api/client";
import { useApi, useLiveDesk } from "../../app/desk";
import type { Conversation, Entry } from "../../desk/conversation";
import { useRecent } from "../../desk/lately";
import type { RecentThread } from "../../desk/recent";
import { useThings } from "../../desk/things";
import { assembled, earlier, merged, type Piece } from "./entries";

const PAGE = 100;
/** So many are read when a conversation is opened (desk/conversation.ts). */
const FIRST = 50;
const KINDS = ["message", "note"];

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

interface Older {
  entries: readonly Entry[];
  /** The newest of them: what is live has to begin there. */
  joint: string | null;
  started: boolean;
}

const NONE: Older = { entries: [], joint: null, started: false };

/** What was read lately counts as older ones that the newest have yet to join. */
const begunWith = (recent: RecentThread | undefined): Older =>
  recent === undefined ? NONE : { entries: recent.entries, joint: recent.entries.at(-1)?.id ?? null, started: recent.started };

/** Everything that the conversation's topic has: also what was said in those that were merged into it. */
function useLive(id: string): { entries: readonly Entry[]; ready: boolean } {
  const live = useLiveDesk();
  const topic = `conversation:${id}`;
  const wanted = useCallback((thing: Thing) => live.store.members.get(topic)?.has(`${thing.kind}/${thing.id}`) ?? false, [live, topic]);
  const things = useThings(KINDS, wanted, [id]);
  const entries = useMemo(() => things.map(({ view }) => view as unknown as Entry), [things]);
  return { entries, ready: live.store.members.has(topic) };
}

export function usePages(conversation: Conversation): Pages {
  const { id } = conversation;
  const [api, recent] = [useApi(), useRecent()];
  const live = useLive(id);
  const [older, setOlder] = useState<Older>(() => (live.ready ? NONE : begunWith(recent.of(id, conversation.version))));
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const known = useRef<ReadonlyMap<string, Piece>>(new Map());

  const entries = useMemo(() => merged(older.entries, live.entries), [older.entries, live.entries]);
  const pieces = useMemo(() => {
    const found = assembled(entries, known.current);
    known.current = new Map(found.map((piece) => [piece.key, piece]));
    return found;
  }, [entries]);
  const oldestLive = useMemo(() => oldest(live.entries), [live.entries]);
  const gapAfter = older.joint !== null && oldestLive !== null && earlier(older.joint, oldestLive) < 0 && !live.entries.some((each) => each.id === older.joint) ? older.joint : null;
  // A thread that is shorter than what is read at first has begun there.
  const short = older.joint === null && live.ready && live.entries.length > 0 && live.entries.length < FIRST;

  const state = useRef({ conversation, entries, busy: false, started: older.started || short, live: live.ready });
  useEffect(() => {
    Object.assign(state.current, { conversation, entries, started: older.started || short, live: live.ready });
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
    if (page === null) return false;
    state.current.started = page.before === null;
    setOlder((before) => ({ entries: merged(before.entries, page.items), joint: before.joint ?? first.id, started: page.before === null }));
    return page.items.length > 0;
  }, [ask]);

  const fillGap = useCallback(async () => {
    if (gapAfter === null || state.current.busy) return;
    const page = await ask({ after: gapAfter });
    if (page === null) return;
    setOlder((before) => ({ ...before, entries: merged(before.entries, page.items), joint: page.items.at(-1)?.id ?? null }));
  }, [ask, gapAfter]);

  return { entries, pieces, ready: live.ready || older.joint !== null, live: live.ready, started: older.started || short, busy, fault, gapAfter, older: readOlder, fillGap };
}

const oldest = (entries: readonly Entry[]): string | null =>
  entries.reduce<string | null>((found, { id }) => (found === null || earlier(id, found) < 0 ? id : found), null);
