/** One line of a thread, as the list shows it. */

import { memo, useEffect, useRef, useState, type ReactNode } from "react";
import { useFormats, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { isComposing } from "../../keys/ime";
import { Button } from "../../ui/Button";
import { Bubble } from "./Bubble";
import { isMessage, textOf, type Piece } from "./entries";
import { ActivityLine, NoteCard, SystemLine } from "./notes";
import { PendingBubble } from "./PendingBubble";
import type { Row } from "./rows";
import { useThread } from "./shared";
import { Tools } from "./Tools";
import styles from "./thread.module.css";

interface Props {
  row: Row;
  /** Among those that are here. */
  place: number;
  /** It has the tab stop. */
  active: boolean;
  marked: boolean;
  /** The pointer is over it. */
  near: boolean;
  gapBusy: boolean;
  fillGap: () => void;
}

export const Line = memo(function Line({ row, place, active, marked, near, gapBusy, fillGap }: Props) {
  const [say, formats] = [useSay(), useFormats()];
  switch (row.type) {
    case "start":
      return <p className={styles["start"]}>{say("thread.start")}</p>;
    case "day":
      return (
        <p className={styles["day"]}>
          <time dateTime={row.at}>{dayName(row.at, say("thread.today"), say("thread.yesterday"), (at) => formats.day(at), (at) => formats.date(at))}</time>
        </p>
      );
    case "unread":
      return (
        <p className={styles["unread"]} data-unread-line>
          <span>{say("thread.unread")}</span>
        </p>
      );
    case "gap":
      return (
        <p className={styles["gap"]} role="status">
          {say("thread.gap")}
          <Button kind="quiet" icon="refresh" isDisabled={gapBusy} onPress={fillGap}>
            {say("thread.gap_fill")}
          </Button>
        </p>
      );
    case "pending":
      return (
        <div className={styles["article"]} role="article" tabIndex={active ? 0 : -1} aria-posinset={place} aria-setsize={-1} aria-label={say("thread.article.pending")} data-key={row.key}>
          <PendingBubble pending={row.pending} />
        </div>
      );
    default:
      return (
        <Article piece={row.piece} place={place} active={active} marked={marked} near={near} first={row.first}>
          <Entrance row={row} />
        </Article>
      );
  }
});

function Entrance({ row }: { row: Extract<Row, { type: "piece" }> }) {
  const { entry } = row.piece;
  if (!isMessage(entry)) return entry.kind === "note" ? <NoteCard note={entry} /> : <ActivityLine note={entry} />;
  if (entry.kind === "system" && entry.attachments.length === 0 && entry.content["html"] === undefined) return <SystemLine text={entry.text} at={entry.occurred_at} />;
  return <Bubble message={entry} piece={row.piece} first={row.first} leg={row.leg} />;
}

interface ArticleProps extends Pick<Props, "place" | "active" | "marked" | "near"> {
  piece: Piece;
  first: boolean;
  children: ReactNode;
}

function Article({ piece, place, active, marked, near, first, children }: ArticleProps) {
  const label = useLabel(piece);
  const [held, setHeld] = useState(false);
  const [inside, setInside] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef(false);
  const { entry } = piece;
  const has = piece.revoked === null && !(isMessage(entry) ? entry.kind === "system" : entry.kind === "activity");
  const shown = has && (near || inside || held);
  useEffect(() => {
    if (!wanted.current || !shown) return;
    wanted.current = false;
    box.current?.querySelector<HTMLElement>("[data-tools] button")?.focus();
  });
  return (
    <div
      ref={box}
      role="article"
      className={styles["article"]}
      data-key={piece.key}
      data-id={piece.entry.id}
      data-marked={marked}
      data-first={first}
      tabIndex={active ? 0 : -1}
      aria-posinset={place}
      aria-setsize={-1}
      aria-label={label}
      onFocus={() => setInside(true)}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setInside(false)}
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        const own = event.target === event.currentTarget;
        if (own && event.key === "Enter" && has) {
          event.preventDefault();
          const button = box.current?.querySelector<HTMLElement>("[data-tools] button");
          if (button) button.focus();
          else wanted.current = true;
          setInside(true);
        } else if (!own && event.key === "Escape" && !event.defaultPrevented) {
          event.stopPropagation();
          box.current?.focus();
        }
      }}
    >
      {children}
      {shown && <Tools piece={piece} held={setHeld} />}
    </div>
  );
}

/** Who, when, on what, and what: read as one sentence. */
function useLabel(piece: Piece): string {
  const [say, formats, { customer, channelOf }] = [useSay(), useFormats(), useThread()];
  const { entry } = piece;
  const time = formats.time(entry.occurred_at);
  const text = piece.revoked === null ? textOf(piece).slice(0, 140) : say("thread.article.gone");
  if (!isMessage(entry)) return say(entry.kind === "note" ? "thread.article.note" : "thread.article.activity", { name: entry.author_name, time });
  const name = entry.direction === "inbound" ? entry.author.name || customer : entry.author.name || say("thread.desk");
  return say("thread.article.message", { name, time, channel: channelName(channelOf(entry.leg_id), say), text });
}

const DAY = 86_400_000;

function dayName(at: string, today: string, yesterday: string, near: (at: string) => string, far: (at: string) => string): string {
  const [then, now] = [new Date(at), new Date()];
  if (then.toDateString() === now.toDateString()) return today;
  if (then.toDateString() === new Date(now.getTime() - DAY).toDateString()) return yesterday;
  return then.getFullYear() === now.getFullYear() ? near(at) : far(at);
}
