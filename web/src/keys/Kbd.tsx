/** Keys as they are drawn on a keyboard. */

import { useKeyboard } from "./Keys";
import { partsOf } from "./shown";
import styles from "./Keys.module.css";

export function Kbd({ keys }: { keys: string }) {
  const { mac } = useKeyboard();
  return (
    <span className={styles["keys"]}>
      {partsOf(keys, mac).map((press, place) => (
        <span key={place} className={styles["press"]}>
          {press.map((part) => (
            <kbd key={part} className={styles["key"]}>
              {part}
            </kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
