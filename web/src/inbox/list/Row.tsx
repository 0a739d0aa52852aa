/** A conversation in the list. */

import { memo, type ReactNode } from "react";
import { Checkbox } from "react-aria-components";
import { useChosen, useFormats, useNow, useSay } from "../../app/desk";
import { initials } from "../../app/initials";
import { useDraftMark } from "../../desk/draftMarks";
import { usePending } from "../../desk/outbox";
import { useTyping } from "../../desk/typing";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { Icon } from "../../ui/Icon";
import { useIsCurrent } from "./current";
import type { Listed } from "./order";
import { ReasonChips } from "./ReasonChips";
import { when } from "./when";
import styles from "./row.module.css";

const MINUTE = 60_000;
const MOST_UNREAD = 99;

interface Props {
  listed: Listed;
  /** It is of the list no more, and goes in a moment. */
  leaving: boolean;
  /** One points at it, or something is selected: it can be then. */
  choosing: boolean;
  labels: ReadonlyMap<string, string>;
}

export const ConversationRow = memo(function ConversationRow({ listed, leaving, choosing, labels }: Props) {
  const { row } = listed;
  const [say, formats, now] = [useSay(), useFormats(), useNow(MINUTE)];
  const compact = useChosen().preferences.density === "compact";
  const name = row.contact_name === "" ? say("inbox.nobody") : row.contact_name;
  const why = <Why listed={listed} labels={labels} compact={compact} />;
  return (
    <div className={styles["row"]} data-current={useIsCurrent(row.id)} data-leaving={leaving} data-unread={row.unread > 0}>
      <span className={styles["face"]} data-initials={initials(row.contact_name)}>
        {choosing && (
          <Checkbox slot="selection" className={styles["tick"] ?? ""} aria-label={say("list.select", { name })}>
            <span className={styles["box"]}>
              <Icon name="check" size={16} />
            </span>
          </Checkbox>
        )}
      </span>
      <div className={styles["body"]}>
        <div className={styles["line"]}>
          <bdi className={styles["name"]} title={name}>
            {name}
          </bdi>
          <ChannelBadge channel={row.channel} />
          <time className={styles["time"]} dateTime={row.last_activity_at} title={formats.dateTime(row.last_activity_at)}>
            {when(row.last_activity_at, now, say, formats)}
          </time>
        </div>
        <div className={styles["line"]}>
          <Preview listed={listed} />
          {compact && why}
          {row.unread > 0 && (
            <span className={styles["unread"]} role="img" aria-label={say("list.unread", { n: row.unread })}>
              {row.unread > MOST_UNREAD ? say("list.unread_many") : row.unread}
            </span>
          )}
        </div>
        {!compact && <div className={styles["chips"]}>{why}</div>}
      </div>
    </div>
  );
});

const MOST_LABELS = 2;

function Why({ listed, labels, compact }: { listed: Listed; labels: ReadonlyMap<string, string>; compact: boolean }) {
  const [say, formats] = [useSay(), useFormats()];
  const { row } = listed;
  const until = row.status === "snoozed" ? row.snoozed_until : null;
  return (
    <>
      <ReasonChips listed={listed} most={compact ? 1 : 3} />
      {row.status === "snoozed" && (
        <span className={styles["chip"]}>
          <Icon name="schedule" size={16} />
          {until === null ? say("list.parked") : say("list.snoozed", { time: formats.dateTime(until) })}
        </span>
      )}
      {!compact &&
        row.labels.slice(0, MOST_LABELS).map((label) => (
          <span key={label} className={styles["label"]}>
            {labels.get(label) ?? label}
          </span>
        ))}
    </>
  );
}

/** What goes on there now, before what was said last. */
function Preview({ listed }: { listed: Listed }) {
  const say = useSay();
  const { row, words } = listed;
  const [typist, draft, pending] = [useTyping(row.id), useDraftMark(row.id), usePending(row.id)];
  const refused = pending.filter((each) => each.state === "refused").length;
  if (typist !== null) {
    return <Said mark="edit" text={typist.customer ? say("list.typing") : say("list.typing_colleague", { name: typist.name })} tone="live" />;
  }
  if (refused > 0) return <Said mark="error" text={say("list.not_sent", { n: refused })} tone="bad" />;
  if (draft !== null) return <Said mark="edit" text={say("list.draft", { text: draft })} tone="draft" />;
  if (words !== undefined) return <Said text={words} />;
  const newest = row.last_message;
  if (newest === null) return <Said text={say("list.no_message")} />;
  const text = newest.preview === "" ? say("list.without_text") : newest.preview;
  return newest.direction === "outbound" ? <Said mark="returned" label={say("list.ours")} text={text} /> : <Said text={text} />;
}

function Said({ text, mark, label, tone }: { text: string; mark?: "edit" | "error" | "returned"; label?: string | undefined; tone?: string }): ReactNode {
  return (
    <span className={styles["preview"]} data-tone={tone} title={text}>
      {mark && <Mark name={mark} label={label} />}
      <span dir="auto" className={styles["words"]}>
        {text}
      </span>
    </span>
  );
}

function Mark({ name, label }: { name: "edit" | "error" | "returned"; label: string | undefined }) {
  const icon = <Icon name={name} size={16} />;
  return label === undefined ? icon : <span className={styles["mark"]} role="img" aria-label={label}>{icon}</span>;
}
