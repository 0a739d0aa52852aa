/** Everything that happened to a customer, newest first, whatever the channel or system. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { told, type Schemas } from "../api/client";
import { CHANNELS } from "../app/channels";
import { useApi, useFormats, useSay } from "../app/desk";
import { Button } from "../ui/Button";
import { ChannelBadge } from "../ui/ChannelBadge";
import { Select, TextField } from "../ui/fields";
import { AsyncBoundary, Skeleton } from "../ui/states";
import { contactKey } from "./queries";
import { useSettled } from "./settled";
import { askedOf, byDay, channelsOf, conversationOf, familyOf, isFiltered, KINDS, NO_FILTER, statusOf, type Filter, type TimelineLine } from "./timeline";
import styles from "./contact.module.css";

type Page = Schemas["TimelinePage"];
const PAGE = 50;

interface Props {
  contactId: string;
  /** What came with the first screen: shown until the first page of its own is there. */
  first?: Page | undefined;
  kind?: Filter["kind"];
}

export function Timeline({ contactId, first, kind = "all" }: Props) {
  const say = useSay();
  const [filter, setFilter] = useState<Filter>({ ...NO_FILTER, kind });
  const lines = useLines(contactId, useSettled(filter), first);
  return (
    <div className={styles["stack"]}>
      <Filters filter={filter} onChange={setFilter} />
      <AsyncBoundary
        query={lines}
        loading={<Skeleton lines={5} height={32} />}
        isEmpty={({ pages }) => pages.every((page) => page.items.length === 0) && !lines.hasNextPage}
        empty={<p className={styles["none"]}>{say(isFiltered(filter) ? "contact.timeline_none_found" : "contact.timeline_none")}</p>}
      >
        {({ pages }) => <Days lines={pages.flatMap((page) => page.items)} contacts={pages[0]?.contacts ?? []} own={contactId} />}
      </AsyncBoundary>
      {lines.hasNextPage && (
        <Button isPending={lines.isFetchingNextPage} onPress={() => void lines.fetchNextPage()}>
          {say(isFiltered(filter) ? "contact.search_on" : "contact.more")}
        </Button>
      )}
    </div>
  );
}

function useLines(contactId: string, filter: Filter, first: Page | undefined) {
  const api = useApi();
  const placeholder = first && !isFiltered(filter) ? { pages: [first], pageParams: [""] } : undefined;
  return useInfiniteQuery({
    queryKey: [...contactKey(contactId), "timeline", filter],
    queryFn: ({ pageParam }) =>
      told(
        api.GET("/contacts/{contact_id}/timeline", {
          params: { path: { contact_id: contactId }, query: { limit: PAGE, ...askedOf(filter), ...(pageParam === "" ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...(placeholder ? { placeholderData: placeholder } : {}),
  });
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const say = useSay();
  const [dates, setDates] = useState(false);
  const set = <K extends keyof Filter>(name: K) => (value: Filter[K]) => onChange({ ...filter, [name]: value });
  const kinds = [{ id: "all" as const, label: say("contact.kinds.all") }, ...KINDS.map((id) => ({ id, label: say(`contact.kinds.${id}`) }))];
  return (
    <search className={styles["grid"]}>
      <Select label={say("contact.kinds")} choices={kinds} value={filter.kind} onChange={set("kind")} />
      <TextField label={say("contact.search_timeline")} type="search" value={filter.q} onChange={set("q")} maxLength={100} />
      {dates ? (
        <>
          <TextField label={say("contact.from_day")} type="date" value={filter.from} onChange={set("from")} />
          <TextField label={say("contact.to_day")} type="date" value={filter.to} onChange={set("to")} />
        </>
      ) : (
        <div>
          <Button kind="quiet" icon="schedule" onPress={() => setDates(true)}>
            {say("contact.dates")}
          </Button>
        </div>
      )}
    </search>
  );
}

interface DaysProps {
  lines: readonly TimelineLine[];
  contacts: readonly { id: string; display_name: string }[];
  own: string;
}

function Days({ lines, contacts, own }: DaysProps) {
  const formats = useFormats();
  return (
    <div>
      {byDay(lines, (at) => formats.date(at)).map(({ day, lines: of }) => (
        <div key={day}>
          <p className={styles["day"]}>{day}</p>
          <ul className={styles["items"]}>
            {of.map((line) => (
              <Entry key={line.id} line={line} whose={line.contact_id === own ? "" : (contacts.find((each) => each.id === line.contact_id)?.display_name ?? "")} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

const STATUSES = ["open", "pending", "snoozed", "resolved"] as const;

function Entry({ line, whose }: { line: TimelineLine; whose: string }) {
  const [say, formats] = [useSay(), useFormats()];
  const conversation = conversationOf(line);
  const status = STATUSES.find((each) => each === statusOf(line));
  const family = familyOf(line.kind);
  const title = line.title || say("contact.no_words");
  return (
    <li>
      <div className={styles["row"]}>
        <time className={styles["meta"]} dateTime={line.occurred_at}>
          {formats.time(line.occurred_at)}
        </time>
        {channelsOf(line).filter((each) => CHANNELS.includes(each)).map((each) => (
          <ChannelBadge key={each} channel={each} />
        ))}
        {family !== "conversation" && <span className={styles["meta"]}>{family === "other" ? line.kind : say(`contact.kinds.${family}`)}</span>}
        {status && <span className={styles["meta"]}>{say(`contact.status.${status}`)}</span>}
        {whose && <bdi className={styles["meta"]}>{whose}</bdi>}
      </div>
      <div className={styles["value"]} dir="auto">
        {conversation ? <Link href={`/inbox/all?c=${conversation}`}>{title}</Link> : title}
      </div>
    </li>
  );
}
