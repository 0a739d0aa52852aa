/** Fields that belong together, with a frame and a name. */

import type { ReactNode } from "react";
import styles from "./Group.module.css";

/** `columns`: side by side where there is room, else one below the other. */
export function Group({ legend, columns = false, children }: { legend: ReactNode; columns?: boolean; children: ReactNode }) {
  return (
    <fieldset className={styles["group"]} data-columns={columns}>
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}
