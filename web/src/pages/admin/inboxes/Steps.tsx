/** The steps of a setup, and where one is; on a phone the one that is open alone. */

import { Link } from "wouter";
import { useSay } from "../../../app/desk";
import { Icon } from "../../../ui/Icon";
import { setupOf, type Channel } from "./channelForm";
import type { InboxRow } from "./signs";
import styles from "./inboxes.module.css";

export const STEPS = ["account", "webhook", "test", "team"] as const;
export type Step = (typeof STEPS)[number];

export const isStep = (text: string | null): text is Step => STEPS.some((step) => step === text);

export function stepAfter(step: Step): Step | null {
  return STEPS[STEPS.indexOf(step) + 1] ?? null;
}

/** What is known to be done, from what has happened. */
export function isDone(step: Step, inbox: InboxRow | null): boolean {
  if (inbox === null) return false;
  const signs = inbox.signs;
  if (step === "account") return true;
  if (step === "webhook") return Boolean(signs?.last_webhook_at || signs?.last_check_at);
  if (step === "test") return Boolean(signs?.last_webhook_at);
  return inbox.team_id !== null;
}

export function Steps({ here, inbox, channel }: { here: Step; inbox: InboxRow | null; channel: Channel }) {
  const say = useSay();
  return (
    <nav aria-label={say("inboxes.steps")}>
      <ol className={styles["steps"]}>
        {STEPS.map((step, place) => {
          const done = isDone(step, inbox);
          const text = step === "webhook" ? say(`inboxes.step.${setupOf(channel)}`) : say(`inboxes.step.${step}`);
          const inner = (
            <>
              <span className={styles["place"]}>{done ? <Icon name="check" size={16} /> : place + 1}</span>
              <span>{text}</span>
              {done && <span className="visually-hidden">{say("inboxes.step_done")}</span>}
            </>
          );
          const canOpen = inbox !== null && step !== "account";
          return (
            <li key={step} data-here={step === here} aria-current={step === here ? "step" : undefined}>
              {canOpen ? <Link href={`/admin/inboxes/${inbox.id}?setup=${step}`}>{inner}</Link> : <span>{inner}</span>}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
