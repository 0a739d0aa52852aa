/** Away, with a word for supervisors why. */

import { useState } from "react";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/fields";
import { useSay } from "./desk";
import styles from "./PresenceMenu.module.css";

const MOST = 120;

export function AwayDialog({ isOpen, onClose, away }: { isOpen: boolean; onClose: () => void; away: (reason: string) => void }) {
  const say = useSay();
  const [reason, setReason] = useState("");
  const send = () => {
    away(reason.trim());
    onClose();
  };
  return (
    <Dialog title={say("presence.away")} isOpen={isOpen} onClose={onClose}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextField label={say("notices.presence.reason")} value={reason} onChange={setReason} maxLength={MOST} autoFocus />
        <Button type="submit" kind="primary">
          {say("notices.presence.set_away")}
        </Button>
      </form>
    </Dialog>
  );
}
