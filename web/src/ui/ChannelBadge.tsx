/** A channel's sign: glyph and two letters, its whole name in the label; its colour comes third. */

import { useSay } from "../app/desk";
import { channelName } from "../app/channels";
import { channelMark } from "./channelMarks";
import styles from "./ChannelBadge.module.css";

interface Props {
  channel: string;
  /** Its name stands beside it in words: nobody has to be told twice. */
  silent?: boolean;
  /** Where there is little room: the glyph alone. */
  short?: boolean;
}

export function ChannelBadge({ channel, silent = false, short = false }: Props) {
  const name = channelName(channel, useSay());
  const { code, path } = channelMark(channel);
  const label = silent ? { "aria-hidden": true as const } : { role: "img", "aria-label": name };
  return (
    <span className={styles["badge"]} data-channel={channel} title={silent ? undefined : name} {...label}>
      <svg width={12} height={12} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={path} />
      </svg>
      {!short && <span aria-hidden="true">{code}</span>}
    </span>
  );
}
