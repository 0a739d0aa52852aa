/** Promises of service, what presses most first: a glyph that fills by quarters, and always the time in words. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { told } from "../../api/client";
import { useApi, useFormats, useNow, useSay } from "../../app/desk";
import type { Conversation } from "../../desk/conversation";
import { Icon } from "../../ui/Icon";
import { roundedLeft, shownClocks, type Shown } from "./clocks";
import styles from "./header.module.css";

/** What an answer changes is derived a moment after it. */
const ASK_EVERY = 30_000;

export function Clocks({ conversation }: { conversation: Conversation }) {
  const [api, say, formats] = [useApi(), useSay(), useFormats()];
  const path = { conversation_id: conversation.id };
  // An answer, a snooze or an end changes them; a label does not.
  const stands = [conversation.status, conversation.waiting_since, conversation.first_response_at, conversation.episode].join(" ");
  const clocks = useQuery({
    queryKey: ["clocks", conversation.id, stands],
    queryFn: () => told(api.GET("/conversations/{conversation_id}/clocks", { params: { path } })),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_EVERY,
  });
  const promises = useQuery({
    queryKey: ["promises", conversation.id],
    queryFn: () => told(api.GET("/conversations/{conversation_id}/promises", { params: { path } })),
    staleTime: ASK_EVERY,
    refetchInterval: 2 * ASK_EVERY,
  });
  const now = useNow(1_000);
  const shown = shownClocks(clocks.data?.items ?? [], now);
  const promise = (promises.data?.items ?? []).filter(({ state }) => state === "open").sort((one, other) => Date.parse(one.due_at) - Date.parse(other.due_at))[0];
  const first = shown[0];
  return (
    <>
      {first && (
        <DialogTrigger>
          <AriaButton className={styles["clock"] ?? ""} data-standing={first.standing}>
            <Glyph shown={first} />
            <span className="visually-hidden">{said(first, true)}</span>
            <span aria-hidden="true">{said(first, false)}</span>
            {shown.length > 1 && <span aria-hidden="true">+{shown.length - 1}</span>}
          </AriaButton>
          <Popover className={styles["popover"] ?? ""} placement="bottom start">
            <Dialog className={styles["clocks"] ?? ""} aria-label={say("thread.clock.all")}>
              <ul role="list">
                {shown.map((each) => (
                  <li key={`${each.clock.kind} ${each.clock.started_at}`} data-standing={each.standing}>
                    <Glyph shown={each} />
                    <span>{said(each, true)}</span>
                    {each.clock.due_at !== null && <time dateTime={each.clock.due_at}>{formats.dateTime(each.clock.due_at)}</time>}
                  </li>
                ))}
              </ul>
            </Dialog>
          </Popover>
        </DialogTrigger>
      )}
      {promise && (
        <span className={styles["chip"]} data-tone={Date.parse(promise.due_at) < now ? "bad" : "warn"} title={promise.text}>
          <Icon name="schedule" size={16} />
          {say(Date.parse(promise.due_at) < now ? "thread.promise.broken" : "thread.promise.due", { time: formats.dateTime(promise.due_at) })}
        </span>
      )}
    </>
  );

  /** For who listens, to the minute. */
  function said({ clock, standing, left }: Shown, calm: boolean): string {
    const kind = say(`thread.clock.${clock.kind}`);
    if (standing === "paused" || left === null) return say("thread.clock.paused", { kind });
    const time = formats.duration(calm ? Math.ceil(Math.abs(left) / 60_000) * 60_000 : roundedLeft(left)).replace(/\s0\s\S+$/u, "");
    return say(standing === "breached" ? "thread.clock.over" : standing === "soon" ? "thread.clock.soon" : "thread.clock.left", { kind, time });
  }
}

const QUARTERS = ["", "M8 8V3a5 5 0 0 1 5 5z", "M8 3a5 5 0 0 1 0 10z", "M8 8H3a5 5 0 1 0 5-5z", "M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3"];

function Glyph({ shown: { standing, quarters } }: { shown: Shown }) {
  if (standing === "breached") return <Icon name="error" size={16} />;
  if (standing === "soon") return <Icon name="warning" size={16} />;
  return (
    <svg className={styles["dial"]} width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <circle cx="8" cy="8" r="6.5" />
      <path d={QUARTERS[quarters] ?? ""} />
      {standing === "paused" && <path d="M6 5.5v5M10 5.5v5" className={styles["pause"]} />}
    </svg>
  );
}
