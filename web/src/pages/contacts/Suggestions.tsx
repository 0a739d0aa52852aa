/** Contacts that may be one person, the likeliest first: look at both, or say that they are two. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { told, type Schemas } from "../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import { addressesOf } from "../../contact/ContactPicker";
import { reasonOf } from "../../contact/Refusal";
import { Fold } from "../../contact/Section";
import { Button } from "../../ui/Button";
import { useTell } from "../../ui/Toasts";
import { AsyncBoundary } from "../../ui/states";
import styles from "../../contact/contact.module.css";

type Suggested = Schemas["SuggestedView"];
const PAGE = 20;
export const SUGGESTIONS = ["suggestions"];

/** Nothing is to be seen where nothing waits. */
export function Suggestions() {
  const [say, api] = [useSay(), useApi()];
  const waiting = useInfiniteQuery({
    queryKey: SUGGESTIONS,
    queryFn: ({ pageParam }) =>
      told(api.GET("/contact-suggestions", { params: { query: { limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = waiting.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0 && !waiting.hasNextPage) return null;
  return (
    <Fold title={say(waiting.hasNextPage ? "contacts.suggestions_many" : "contacts.suggestions", { n: items.length })}>
      <AsyncBoundary query={waiting}>
        {() => (
          <ul className={styles["items"]}>
            {items.map((one) => (
              <Pair key={one.suggestion.id} one={one} />
            ))}
          </ul>
        )}
      </AsyncBoundary>
      {waiting.hasNextPage && (
        <Button isPending={waiting.isFetchingNextPage} onPress={() => void waiting.fetchNextPage()}>
          {say("contact.more")}
        </Button>
      )}
    </Fold>
  );
}

function Pair({ one: { contact, other, suggestion } }: { one: Suggested }) {
  const [say, me] = [useSay(), useMe()];
  const dismiss = useDismissal();
  const needsMore = suggestion.against.length > 0 && !atLeast(me.role, "supervisor");
  return (
    <li>
      <div className={styles["row"]}>
        <bdi>{contact.display_name}</bdi>
        <span className={styles["meta"]}>{addressesOf(contact)}</span>
        <span aria-hidden="true">≟</span>
        <bdi>{other.display_name}</bdi>
        <span className={styles["meta"]}>{addressesOf(other)}</span>
      </div>
      <div className={styles["meta"]}>{`${say("contact.strength", { n: suggestion.strength })} · ${suggestion.reason}`}</div>
      <div className={styles["actions"]}>
        <Link href={`/contacts/${contact.id}/merge/${other.id}`}>{say("contacts.compare")}</Link>
        <Button kind="quiet" isDisabled={needsMore} isPending={dismiss.isPending} onPress={() => dismiss.mutate({ id: suggestion.id })}>
          {say("contacts.two")}
        </Button>
        {needsMore && <span className={styles["meta"]}>{say("contacts.supervisor")}</span>}
      </div>
    </li>
  );
}

/** They are two: it is not suggested again for the same reason. */
export function useDismissal(done?: () => void) {
  const [say, api, cache, tell] = [useSay(), useApi(), useQueryClient(), useTell()];
  return useMutation({
    mutationFn: ({ id, reason = "" }: { id: string; reason?: string }) =>
      told(api.POST("/contact-suggestions/{suggestion_id}/dismissal", { params: { path: { suggestion_id: id } }, body: { reason } })),
    onSuccess: () => {
      tell({ text: say("contacts.dismissed"), tone: "ok" });
      done?.();
    },
    onError: (fault) => tell({ text: reasonOf(fault, say), tone: "bad" }),
    onSettled: () => void cache.invalidateQueries({ queryKey: SUGGESTIONS }),
  });
}
