/** One message: who, when, what, what became of it. */

import { memo } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useFormats, useMe, useSay } from "../../app/desk";
import type { Message } from "../../desk/conversation";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { Icon } from "../../ui/Icon";
import { AboutEarlier, Cards, Choice, Form, Offers, Order, Place, Referral, Template, Unsupported } from "./bodies";
import { CallCard } from "./CallCard";
import { isMessage, reactionsOf, textOf, type Piece } from "./entries";
import { Files } from "./Files";
import { History } from "./History";
import { isMail, MailBody } from "./MailBody";
import { useThread } from "./shared";
import { Status } from "./Status";
import { Words } from "./Words";
import styles from "./bubble.module.css";

interface Props {
  message: Message;
  piece: Piece;
  /** Of a group. */
  first: boolean;
  leg: boolean;
}

export const Bubble = memo(function Bubble({ message, piece, first, leg }: Props) {
  const [formats, { channelOf }] = [useFormats(), useThread()];
  const bare = message.kind === "sticker" || (message.kind === "image" && message.text === "");
  return (
    <div className={styles["bubble"]} data-out={message.direction === "outbound"} data-first={first}>
      {(first || leg) && (
        <p className={styles["who"]}>
          <Author message={message} /> <time dateTime={message.occurred_at}>{formats.time(message.occurred_at)}</time> {(leg || first) && <ChannelBadge channel={channelOf(message.leg_id)} />}
        </p>
      )}
      <div className={styles["body"]} data-bare={bare} data-failed={message.state === "failed"} title={formats.dateTime(message.occurred_at)}>
        {piece.revoked === null ? <Said message={message} piece={piece} /> : <Gone piece={piece} />}
      </div>
      <Reactions message={message} piece={piece} />
      {message.direction === "outbound" && <Status message={message} />}
    </div>
  );
});

export function useAuthor(message: Message): string {
  const [say, me, { customer }] = [useSay(), useMe(), useThread()];
  if (message.direction === "inbound") return message.author.name || customer;
  if (message.author.kind === "agent" && message.author.id === me.id) return say("thread.you");
  return message.author.name || say("thread.desk");
}

function Author({ message }: { message: Message }) {
  return <bdi>{useAuthor(message)}</bdi>;
}

function Said({ message, piece }: { message: Message; piece: Piece }) {
  const say = useSay();
  const content = message.content ?? {};
  return (
    <>
      {(content["forwarded"] === true || typeof content["forwarded"] === "string") && <p className={styles["kind"]}>{say("thread.kind.forwarded")}</p>}
      {content["automatic"] !== undefined && <p className={styles["kind"]}>{say("thread.kind.automatic")}</p>}
      {typeof content["comment_id"] === "string" && <p className={styles["kind"]}>{say("thread.kind.comment")}</p>}
      <Referral content={content} />
      {message.reply_to !== null && <Quote id={message.reply_to} />}
      <Kind message={message} piece={piece} />
      {message.kind !== "call" && <Files entry={message} />}
      {message.rendered_as !== null && message.kind !== "template" && <p className={styles["kind"]}>{say("thread.kind.rendered")}</p>}
      {piece.edits.length > 0 && <History piece={piece} />}
    </>
  );
}

function Kind({ message, piece }: { message: Message; piece: Piece }) {
  const content = message.content ?? {};
  switch (message.kind) {
    case "location":
      return <Place content={content} />;
    case "contacts":
      return <Cards content={content} />;
    case "postback":
      return <Choice message={message} />;
    case "buttons":
    case "list":
      return <Offers message={message} chosen={piece.chosen} />;
    case "form":
      return <Form content={content} />;
    case "order":
      return <Order content={content} />;
    case "template":
      return <Template message={message} />;
    case "call":
      return <CallCard message={message} piece={piece} />;
    case "unsupported":
      return <Unsupported message={message} />;
    case "reaction":
    case "edit":
    case "revoke":
    case "call_update":
      return <AboutEarlier piece={piece} />;
    default:
      return isMail(message) ? <MailBody message={message} shown={textOf(piece)} /> : <Words text={textOf(piece)} />;
  }
}

const MOST_QUOTED = 100;

/** What is answered: its beginning, and the way to it. */
function Quote({ id }: { id: string }) {
  const [say, { find, reveal }] = [useSay(), useThread()];
  const found = find(id);
  const entry = found?.entry;
  const beginning = found === undefined ? say("thread.quote.earlier") : textOf(found) || (entry !== undefined && isMessage(entry) ? say("thread.quote.kind", { kind: entry.kind }) : "");
  const short = beginning.replace(/\s+/gu, " ").slice(0, MOST_QUOTED);
  return (
    <AriaButton className={styles["quote"] ?? ""} onPress={() => reveal(id)} aria-label={say("thread.quote.go", { text: short })}>
      <Icon name="reply" size={16} />
      <bdi>{short}</bdi>
    </AriaButton>
  );
}

function Gone({ piece }: { piece: Piece }) {
  const [say, formats] = [useSay(), useFormats()];
  const revoked = piece.revoked;
  const who = useAuthor(revoked ?? (piece.entry as Message));
  return (
    <p className={styles["gone"]}>
      <Icon name="remove" size={16} /> {say("thread.gone", { who, time: revoked === null ? "" : formats.time(revoked.occurred_at) })}
    </p>
  );
}

function Reactions({ message, piece }: { message: Message; piece: Piece }) {
  const [say, me, { react, can, customer }] = [useSay(), useMe(), useThread()];
  const reactions = reactionsOf(piece);
  if (reactions.length === 0) return null;
  const nameOf = (each: Message) => (each.direction === "inbound" ? each.author.name || customer : each.author.id === me.id ? say("thread.you") : each.author.name || say("thread.desk"));
  return (
    <div className={styles["reactions"]} role="group" aria-label={say("thread.reaction.all")}>
      {reactions.map(({ emoji, by }) => {
        const own = by.some((each) => each.direction === "outbound");
        return (
          <AriaButton
            key={emoji}
            className={styles["reaction"] ?? ""}
            aria-pressed={own}
            isDisabled={!can(message.leg_id, "reaction")}
            aria-label={say("thread.reaction.one", { emoji, names: by.map(nameOf).join(", ") })}
            onPress={() => react(message, own ? "" : emoji)}
          >
            {emoji} {by.length > 1 && by.length}
          </AriaButton>
        );
      })}
    </div>
  );
}
