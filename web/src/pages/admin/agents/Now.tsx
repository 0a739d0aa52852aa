/** What somebody is doing now: a mark, a word, and how much they hold. */

import { useSay } from "../../../app/desk";
import type { TextId } from "../../../i18n/texts";
import type { Agent, Presence } from "../kit/people";
import styles from "./Agents.module.css";

const MARKS: Record<string, string> = { online: "●", busy: "⊖", away: "◐" };

export function Now({ agent, presence }: { agent: Agent; presence: Presence | undefined }) {
  const say = useSay();
  if (!agent.enabled) return say("agents.off");
  if (presence === undefined) return "–";
  return (
    <span className={styles["now"]} data-state={presence.because}>
      <span aria-hidden="true">{MARKS[presence.because] ?? "○"}</span>
      <span>{say(`agents.state.${presence.because}` as TextId)}</span>
      {presence.used > 0 && <span className={styles["load"]}>{say("agents.load", { used: presence.used, units: presence.units })}</span>}
    </span>
  );
}
