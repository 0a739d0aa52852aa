/** A sound was wanted and the browser kept it back: said until somebody turns it on. */

import { useSyncExternalStore } from "react";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useSay } from "../desk";
import { speaker } from "./sounds";
import styles from "./Notices.module.css";

export function SoundChip() {
  const say = useSay();
  const blocked = useSyncExternalStore(speaker.listen, speaker.blocked);
  if (!blocked) return null;
  return (
    <div className={styles["chip"]} role="status">
      <Icon name="muted" size={16} />
      <span>{say("notices.sound_blocked")}</span>
      <Button kind="quiet" onPress={() => void speaker.unlock()}>
        {say("notices.sound_allow")}
      </Button>
    </div>
  );
}
