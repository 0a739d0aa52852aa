/** What customers never see: notes of colleagues, whispers, and lines of what was done. */

import { memo } from "react";
import { Link } from "wouter";
import { useFormats, useMe, useSay } from "../../app/desk";
import { channelName } from "../../app/channels";
import { useNameOf } from "../../contact/names";
import type { Note } from "../../desk/conversation";
import { Icon } from "../../ui/Icon";
import { activityOf } from "./activities";
import { Files } from "./Files";
import { useThread } from "./shared";
import { Words } from "./Words";
import styles from "./notes.module.css";

export const NoteCard = memo(function NoteCard({ note }: { note: Note }) {
  const [say, me, formats, nameOf] = [useSay(), useMe(), useFormats(), useNameOf()];
  const whisper = note.audience.length > 0;
  const meansMe = note.mentions.includes(me.id);
  return (
    <div className={styles["note"]} data-whisper={whisper}>
      <p className={styles["who"]}>
        <Icon name="lock" size={16} />
        <strong>{say(whisper ? "thread.note.whisper" : "thread.note.label")}</strong>
        <bdi>{note.author_id === me.id ? say("thread.you") : note.author_name}</bdi>
        <time dateTime={note.occurred_at}>{formats.time(note.occurred_at)}</time>
        {meansMe && <span className={styles["mine"]}>{say("thread.note.means_you")}</span>}
      </p>
      {whisper && <p className={styles["audience"]}>{say("thread.note.audience", { names: note.audience.map(nameOf).join(", ") })}</p>}
      {note.facts["handover"] === true && <p className={styles["audience"]}>{say("thread.note.handover")}</p>}
      <Words text={note.text} />
      <Files entry={note} />
    </div>
  );
});

export const ActivityLine = memo(function ActivityLine({ note }: { note: Note }) {
  const [say, formats, nameOf, { channelOf, customer }] = [useSay(), useFormats(), useNameOf(), useThread()];
  const { text, icon, reason, conversationId } = activityOf(note, {
    say,
    nameOf,
    customer,
    channelOf: (leg) => channelName(channelOf(leg), say),
    dateTime: (at) => (at === "" ? "–" : formats.dateTime(at)),
  });
  const brief = note.facts["type"] === "conversation.briefed" ? briefOf(note.facts["brief"]) : null;
  return (
    <div className={styles["activity"]}>
      <p>
        <Icon name={icon} size={16} />
        <span>
          {text} {reason !== null && <q dir="auto">{reason}</q>}{" "}
          {conversationId !== null && <Link href={`/inbox/all?c=${conversationId}`}>{say("thread.act.open")}</Link>}
        </span>
        <time dateTime={note.occurred_at}>{formats.time(note.occurred_at)}</time>
      </p>
      {brief !== null && (
        <details>
          <summary>{say("thread.act.brief")}</summary>
          <Words text={brief} />
        </details>
      )}
    </div>
  );
});

/** The desk's own summary, in its words. */
function briefOf(brief: unknown): string | null {
  if (typeof brief === "string") return brief === "" ? null : brief;
  if (typeof brief !== "object" || brief === null) return null;
  const said = JSON.stringify(brief);
  const lines = Object.values(brief).flatMap((each) => (Array.isArray(each) ? each : [each])).map((each) => (typeof each === "string" ? each : ((each as Record<string, unknown> | null)?.["text"] as string | undefined))).filter((each): each is string => typeof each === "string" && each !== "");
  return lines.length > 0 ? lines.join("\n") : said;
}

/** A line of the channel's own: somebody joined, a number changed, nobody is at home. */
export function SystemLine({ text, at }: { text: string; at: string }) {
  const [say, formats] = [useSay(), useFormats()];
  return (
    <div className={styles["activity"]}>
      <p>
        <Icon name="info" size={16} />
        <span dir="auto">{text || say("thread.kind.system")}</span>
        <time dateTime={at}>{formats.time(at)}</time>
      </p>
    </div>
  );
}
