/** The border between two panes, moved by a pointer or by arrow keys; a double click gives its first place back. */

import { useRef, useState } from "react";
import { useMove } from "react-aria/useMove";
import { useLocale } from "react-aria-components";
import styles from "./Splitter.module.css";

const KEY_STEP = 16;

interface Props {
  label: string;
  /** The width of its pane in CSS pixels; null: as it was given. */
  width: number | null;
  least: number;
  most: number;
  /** On which side of the splitter its pane is. */
  pane: "start" | "end";
  /** While it moves, and once it rests. */
  moving: (width: number) => void;
  settled: (width: number | null) => void;
}

export const within = (width: number, least: number, most: number): number => Math.round(Math.min(most, Math.max(least, width)));

export function Splitter({ label, width, least, most, pane, moving, settled }: Props) {
  const { direction } = useLocale();
  const handle = useRef<HTMLDivElement>(null);
  const at = useRef(0);
  const [measured, setMeasured] = useState(least);
  const grows = (pane === "start") === (direction === "ltr") ? 1 : -1;
  const measure = (): number => {
    const found = width ?? handle.current?.parentElement?.getBoundingClientRect().width ?? least;
    setMeasured(Math.round(found));
    return found;
  };
  const { moveProps } = useMove({
    onMoveStart: () => void (at.current = measure()),
    onMove: ({ deltaX, pointerType }) => {
      at.current += grows * deltaX * (pointerType === "keyboard" ? KEY_STEP : 1);
      moving(within(at.current, least, most));
    },
    onMoveEnd: () => settled(within(at.current, least, most)),
  });
  return (
    <div
      {...moveProps}
      ref={handle}
      className={`${styles["splitter"]} ${styles[pane]}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width ?? measured}
      aria-valuemin={least}
      aria-valuemax={most}
      onFocus={measure}
      onDoubleClick={() => settled(null)}
    />
  );
}
