/** Notices, new ones first; each leads to what it is about, and is seen then. */

import { Link, useLocation } from "wouter";
import { Button as AriaButton } from "react-aria-components";
import { useFormats, useNow, useSay } from "../desk";
import { Button, IconButton } from "../../ui/Button";
import { Icon, type IconName } from "../../ui/Icon";
import { AsyncBoundary, Empty } from "../../ui/states";
import { placeOf, type Kind, type Notice } from "./classes";
import { useNoticeList, useSeeing } from "./queries";
import { wordsOf } from "./words";
import styles from "./Notices.module.css";

const ICONS: Partial<Record<Kind, IconName>> = {
  mention: "person",
  side_thread: "people",
  assigned: "inbox",
  offered: "inbox",
  message: "text",
  returned: "refresh",
  task_due: "check",
  announcement: "megaphone",
  sla_warned: "clock",
  sla_breached: "warning",
  window_closing: "clock",
  floor_warning: "warning",
  webhook: "webhook",
  report: "chart",
};
const MINUTE = 60_000;

export default function NoticeList({ onGone }: { onGone: () => void }) {
  const say = useSay();
  const list = useNoticeList(true);
  const { one, all } = useSeeing();
  const notices = list.data?.pages.flatMap((page) => page.items) ?? [];
  const unseen = notices.filter((each) => each.seen_at === null);
  return (
    <>
      <header className={styles["head"]}>
        <h2>{say("notices.title")}</h2>
        <Button kind="quiet" isDisabled={unseen.length === 0 || all.isPending} onPress={() => unseen[0] && all.mutate(unseen[0].id)}>
          {say("notices.see_all")}
        </Button>
      </header>
      <AsyncBoundary query={list} isEmpty={() => notices.length === 0} empty={<Empty icon="bell" title={say("notices.none")} action={<p>{say("notices.none_more")}</p>} />}>
        {() => (
          <ul className={styles["list"]}>
            {[...new Map(notices.map((each) => [each.id, each])).values()].map((notice) => (
              <Row key={notice.id} notice={notice} see={() => one.mutate(notice.id)} onGone={onGone} />
            ))}
          </ul>
        )}
      </AsyncBoundary>
      <footer className={styles["foot"]}>
        <Link href="/me/notifications" onClick={onGone}>
          {say("notices.settings")}
        </Link>
        {list.hasNextPage && (
          <Button kind="quiet" isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {say("notices.more")}
          </Button>
        )}
      </footer>
    </>
  );
}

function Row({ notice, see, onGone }: { notice: Notice; see: () => void; onGone: () => void }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow(MINUTE)];
  const [, go] = useLocation();
  const words = wordsOf(notice, say, formats);
  const place = placeOf(notice);
  const isNew = notice.seen_at === null;
  const open = () => {
    if (isNew) see();
    if (place === null) return;
    onGone();
    go(place);
  };
  const inside = (
    <>
      <Icon name={ICONS[notice.kind] ?? "info"} size={16} />
      <span className={styles["words"]}>
        <span className={styles["title"]} dir="auto">
          {isNew && <span className={styles["new"]}>{say("notices.unseen")}</span>}
          {words}
        </span>
        {notice.body !== "" && (
          <span className={styles["more"]} dir="auto">
            {notice.body}
          </span>
        )}
        <time className={styles["more"]} dateTime={notice.at}>
          {formats.ago(notice.at, now)}
        </time>
      </span>
    </>
  );
  return (
    <li className={styles["row"]} data-new={isNew}>
      {place === null ? (
        <div className={styles["notice"]}>{inside}</div>
      ) : (
        <AriaButton className={styles["notice"] ?? ""} onPress={open}>
          {inside}
        </AriaButton>
      )}
      {isNew && <IconButton icon="check" label={say("notices.see", { title: words })} onPress={see} />}
    </li>
  );
}
