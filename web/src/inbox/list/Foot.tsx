/** Below the list: how much the agent holds of what they can, and how fresh all is. */

import { Meter } from "react-aria-components";
import { useCalmStatus } from "../../app/Connection";
import { useFormats, useSay } from "../../app/desk";
import { usePresence } from "../../app/PresenceMenu";
import { AsOf } from "../../ui/AsOf";
import styles from "./list.module.css";

export function Foot() {
  const [say, formats] = [useSay(), useFormats()];
  const { data: presence } = usePresence();
  const { asOf, state } = useCalmStatus();
  return (
    <footer className={styles["foot"]}>
      {presence && (
        <Meter
          className={styles["load"] ?? ""}
          aria-label={say("list.load")}
          value={presence.used}
          maxValue={Math.max(presence.units, presence.used, 1)}
          valueLabel={say("list.load_of", { used: formats.number(presence.used), units: formats.number(presence.units) })}
        >
          {({ percentage, valueText }) => (
            <>
              <span className={styles["bar"]} data-full={presence.used >= presence.units}>
                <span style={{ inlineSize: `${percentage}%` }} />
              </span>
              <span>{valueText}</span>
              <span>{say(`presence.${presence.intent}`)}</span>
            </>
          )}
        </Meter>
      )}
      {asOf !== null && <AsOf at={asOf} stale={state !== "live" && state !== "connecting"} />}
    </footer>
  );
}
