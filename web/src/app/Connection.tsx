/** The dot that says whether what is shown is live, and since when not; a banner where it has not been for a while. */

import { useEffect, useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import type { LiveState, LiveStatus } from "../live/desk";
import type { TextId } from "../i18n/texts";
import { Icon, type IconName } from "../ui/Icon";
import { useFormats, useLiveStatus, useNow, useSay } from "./desk";
import styles from "./Connection.module.css";

/** A short break is nobody's business. */
const HOLD_BACK = 1_500;

const SHOWN: Record<LiveState, { text: TextId; icon: IconName; tone: string }> = {
  live: { text: "live.live", icon: "done", tone: "ok" },
  connecting: { text: "live.connecting", icon: "refresh", tone: "wait" },
  catching_up: { text: "live.catching_up", icon: "refresh", tone: "wait" },
  reconnecting: { text: "live.reconnecting", icon: "warning", tone: "warn" },
  offline: { text: "live.offline", icon: "offline", tone: "warn" },
};

/** The status, where a break shows only after a moment. */
export function useCalmStatus(): LiveStatus {
  const status = useLiveStatus();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (status.since === null) return undefined;
    const timer = setTimeout(() => setLate(true), Math.max(0, status.since + HOLD_BACK - Date.now()));
    return () => clearTimeout(timer);
  }, [status.since]);
  return status.since !== null && !late ? { ...status, state: "live" } : status;
}

export function Connection() {
  const say = useSay();
  const status = useCalmStatus();
  const { text, icon, tone } = SHOWN[status.state];
  return (
    <>
      <DialogTrigger>
        <AriaButton className={`${styles["dot"]} ${styles[tone]}`} aria-label={say("live.label", { state: say(text) })}>
          <Icon name={icon} size={16} />
        </AriaButton>
        <Popover className={styles["popover"] ?? ""} placement="right bottom">
          <Dialog className={styles["dialog"] ?? ""} aria-label={say("live.title")}>
            <p className={styles["state"]}>{say(text)}</p>
            <Times {...status} />
          </Dialog>
        </Popover>
      </DialogTrigger>
      <p className="visually-hidden" role="status">
        {tone === "warn" ? say(text) : ""}
      </p>
      {tone === "warn" && (
        <div className={styles["banner"]}>
          <Icon name={icon} size={16} />
          <span>{say(text)}</span>
          <Times {...status} />
        </div>
      )}
    </>
  );
}

function Times({ asOf, since }: LiveStatus) {
  const [say, formats, now] = [useSay(), useFormats(), useNow()];
  return (
    <>
      {asOf !== null && <p className={styles["time"]}>{say("state.as_of", { time: formats.clock(asOf) })}</p>}
      {since !== null && <p className={styles["time"]}>{say("live.since", { time: formats.duration(now - since) })}</p>}
    </>
  );
}
