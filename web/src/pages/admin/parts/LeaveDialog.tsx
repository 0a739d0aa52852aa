/** Asked when a page with changes that are not saved is about to be left. */

import { useSyncExternalStore } from "react";
import { useSay } from "../../../app/desk";
import { leaving } from "../../../app/leaving";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import styles from "./parts.module.css";

export function LeaveDialog() {
  const say = useSay();
  const waiting = useSyncExternalStore(leaving.listen, leaving.waiting);
  return (
    <Dialog title={say("admin.leave_title")} isOpen={waiting !== null} alert onClose={leaving.stay}>
      <p>{say("admin.leave_text")}</p>
      <div className={styles["actions"]}>
        <Button kind="danger" onPress={leaving.leave}>
          {say("admin.leave")}
        </Button>
        <Button kind="primary" autoFocus onPress={leaving.stay}>
          {say("admin.stay")}
        </Button>
      </div>
    </Dialog>
  );
}
