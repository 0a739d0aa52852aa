/** What was said: older pages as they are wanted, what comes as it comes, where the new ones begin. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocationProperty } from "wouter/use-browser-location";
import { useSay } from "../../app/desk";
import { saySo, useHear } from "../../desk/bus";
import type { Conversation } from "../../desk/conversation";
import { usePending } from "../../desk/outbox";
import { useCommand } from "../../keys/Keys";
import { Button } from "../../ui/Button";
import { Failure, Skeleton } from "../../ui/states";
import { Announcer } from "./Announcer";
import { pieceOf } from "./entries";
import { MessageList, type ListHandle } from "./MessageList";
import { usePages, type Pages } from "./pages";
import { useRead } from "./read";
import { rowsOf, unreadBegin } from "./rows";
import { ThreadSearch } from "./ThreadSearch";
import { ThreadContext } from "./shared";
import { useShared } from "./useShared";
import styles from "./thread.module.css";


const dayOf = (at: string): string => new Date(at).toDateString();
/** So many pages are read for one entry that somebody wants to see. */
const MOST_PAGES = 80;

export function Thread({ conversation }: { conversation: Conversation }) {
  const say = useSay();
  const { id } = conversation;
  const atEnd = useRef(true);
  const pages = usePages(conversation, atEnd);
  const pending = usePending(id);
  const list = useRef<ListHandle>(null);
  const newest = useRef(pages);
  useEffect(() => {
    newest.current = pages;
  });
  const unread = useUnreadLine(conversation, pages);
  const [searching, setSearching] = useState(false);
  const [sought, setSought] = useState<"looking" | "missing" | null>(null);

  const rows = useMemo(
    () => rowsOf({ pieces: pages.pieces, pending, unreadFrom: unread.id, gapAfter: pages.gapAfter, started: pages.started, dayOf }),
    [pages.pieces, pending, unread.id, pages.gapAfter, pages.started],
  );

  const reveal = useCallback(async (entryId: string, focus: boolean) => {
    setSought(null);
    for (let page = 0; page <= MOST_PAGES; page += 1) {
      const piece = pieceOf(newest.current.pieces, entryId);
      if (piece !== undefined && list.current?.show(piece.key, focus)) return setSought(null);
      setSought("looking");
      if (piece === undefined && newest.current.started) break;
      // The oldest one is shown with those before it.
      if (piece === undefined || piece === newest.current.pieces[0]) await newest.current.older();
      // The rows of what was read are drawn first.
      await new Promise((done) => setTimeout(done, 30));
    }
    setSought("missing");
  }, []);
  const shared = useShared(conversation, newest, useCallback((entryId: string) => void reveal(entryId, true), [reveal]));

  useHear("reveal", ({ conversationId, entryId }) => conversationId === id && void reveal(entryId, true));
  useHear("search", ({ conversationId }) => conversationId === id && setSearching(true));
  useCommand("thread.search", () => setSearching(true));
  const toUnread = () => {
    // In a thread that has grown much since, it may have to be read again.
    if (list.current?.toUnread() !== true && unread.id !== null) void reveal(unread.id, true);
  };
  useCommand("unread", toUnread, unread.id === null ? say("thread.nothing_new") : null);
  const hash = useLocationProperty(() => location.hash, () => "");
  const linked = /^#m=((?:msg|nte)_\w+)$/.exec(hash)?.[1] ?? null;
  const open = pages.ready && unread.settled;
  useEffect(() => {
    if (open && linked !== null) void reveal(linked, false);
  }, [open, linked, reveal]);
  // Whoever sends wants to see it go.
  const sent = pending.length;
  const before = useRef(sent);
  useEffect(() => {
    if (sent > before.current) list.current?.toEnd();
    before.current = sent;
  }, [sent]);

  const read = useRead(conversation);
  const { live } = pages;
  // What was read lately says nothing of what came since.
  const seen = useCallback((inSight: boolean) => read(inSight && live), [read, live]);
  const ended = useCallback((ends: boolean) => void (atEnd.current = ends), []);
  const older = useCallback(() => void newest.current.older(), []);
  const fillGap = useCallback(() => void newest.current.fillGap(), []);
  if (!open) return pages.fault === null ? <div className={styles["thread"]}><Skeleton lines={6} height={76} /></div> : <Failure fault={pages.fault} retry={older} />;
  return (
    <ThreadContext value={shared}>
      <div className={styles["thread"]}>
        {searching && <ThreadSearch pages={pages} close={() => setSearching(false)} show={(entryId) => void reveal(entryId, false)} />}
        {pages.busy && <p className={styles["notice"]} role="status">{say("thread.loading")}</p>}
        {pages.fault !== null && !pages.busy && (
          <p className={styles["notice"]} data-tone="bad" role="alert">
            {say("thread.older_failed")}{" "}
            <Button kind="quiet" icon="refresh" onPress={older}>
              {say("state.retry")}
            </Button>
          </p>
        )}
        {sought !== null && <p className={styles["notice"]} role="status">{say(sought === "looking" ? "thread.looking" : "thread.not_found")}</p>}
        <MessageList
          rows={rows}
          handle={list}
          name={shared.customer}
          busy={pages.busy}
          openAt={unread.id === null ? null : "unread"}
          older={older}
          gapBusy={pages.busy}
          fillGap={fillGap}
          seen={seen}
          ended={ended}
          leave={() => saySo("compose", { conversationId: id, focus: true })}
        />
        <Announcer entries={pages.entries} customer={shared.customer} />
      </div>
    </ThreadContext>
  );
}

/** Placed once, when the conversation is opened; what was not read may begin on older pages. */
function useUnreadLine({ unread }: Conversation, pages: Pages): { id: string | null; settled: boolean } {
  const [wanted] = useState(unread);
  const [line, setLine] = useState<{ id: string | null; settled: boolean }>({ id: null, settled: wanted === 0 });
  const tries = useRef(0);
  const { ready, entries, started, older } = pages;
  useEffect(() => {
    if (line.settled || !ready) return;
    const { id, short } = unreadBegin(entries, wanted);
    if (short === 0 || started || tries.current >= 5 || entries.length === 0) setLine({ id, settled: true });
    else {
      tries.current += 1;
      void older().then((more) => more || setLine({ id, settled: true }));
    }
  }, [line.settled, ready, entries, started, older, wanted]);
  return line;
}
