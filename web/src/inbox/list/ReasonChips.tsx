/** Why a conversation needs somebody: a few chips, and how many more there are. */

import { useFormats, useMe, useNow, useSay } from "../../app/desk";
import { Icon } from "../../ui/Icon";
import { chipsOf } from "./chips";
import type { Listed } from "./order";
import styles from "./row.module.css";

const MINUTE = 60_000;

export function ReasonChips({ listed, most = 3 }: { listed: Listed; most?: number }) {
  const [say, formats, now, me] = [useSay(), useFormats(), useNow(MINUTE), useMe()];
  const chips = chipsOf(listed, now, say, formats, me.id);
  const more = chips.slice(most);
  return (
    <>
      {chips.slice(0, most).map((chip) => (
        <span key={chip.key} className={styles["chip"]} data-tone={chip.tone}>
          <Icon name={chip.icon} size={16} />
          {chip.text}
        </span>
      ))}
      {more.length > 0 && (
        <span className={styles["chip"]} title={more.map((chip) => chip.text).join(", ")}>
          {say("list.more_chips", { n: more.length })}
        </span>
      )}
    </>
  );
}
