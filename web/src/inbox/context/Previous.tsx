/** The customer's other conversations, the newest first. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { told } from "../../api/client";
import { useApi, useFormats, useSay } from "../../app/desk";
import { contactKey } from "../../contact/queries";
import { channelsOf, conversationOf, statusOf, type TimelineLine } from "../../contact/timeline";
import { Button } from "../../ui/Button";
import { ChannelBadge } from "../../ui/ChannelBadge";
import { AsyncBoundary } from "../../ui/states";
import styles from "../../contact/contact.module.css";

const PAGE = 10;
const STATUSES = ["open", "pending", "snoozed", "resolved"] as const;

export function Previous({ contactId, conversationId }: { contactId: string; conversationId: string }) {
  const [say, api] = [useSay(), useApi()];
  const lines = useInfiniteQuery({
    queryKey: [...contactKey(contactId), "previous"],
    queryFn: ({ pageParam }) =>
      told(
        api.GET("/contacts/{contact_id}/timeline", {
          params: { path: { contact_id: contactId }, query: { kind: "conversation", limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const others = (lines.data?.pages ?? []).flatMap((page) => page.items).filter((line) => conversationOf(line) !== conversationId);
  return (
    <AsyncBoundary query={lines}>
      {() => (
        <>
          {others.length === 0 && !lines.hasNextPage && <p className={styles["none"]}>{say("context.no_previous")}</p>}
          <ul className={styles["items"]}>
            {others.map((line) => (
              <One key={line.id} line={line} />
            ))}
          </ul>
          {lines.hasNextPage && (
            <Button kind="quiet" isPending={lines.isFetchingNextPage} onPress={() => void lines.fetchNextPage()}>
              {say("contact.more")}
            </Button>
          )}
        </>
      )}
    </AsyncBoundary>
  );
}

function One({ line }: { line: TimelineLine }) {
  const [say, formats] = [useSay(), useFormats()];
  const status = STATUSES.find((each) => each === statusOf(line));
  return (
    <li>
      <div className={styles["row"]}>
        {channelsOf(line).map((each) => (
          <ChannelBadge key={each} channel={each} />
        ))}
        <time className={styles["meta"]} dateTime={line.occurred_at}>
          {formats.dateTime(line.occurred_at)}
        </time>
        {status && <span className={styles["meta"]}>{say(`contact.status.${status}`)}</span>}
      </div>
      <Link href={`/inbox/all?c=${conversationOf(line) ?? ""}`} dir="auto">
        {line.title || say("contact.no_words")}
      </Link>
    </li>
  );
}
