/** Of a mail: to whom it goes as well, and its subject. A note has none of it, and changes none. */

import { useState } from "react";
import { useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { useWork } from "./work";
import styles from "./Composer.module.css";

export function MailFields({ address }: { address: string }) {
  const say = useSay();
  const { draft, change } = useWork();
  const { subject, cc } = draft.mail;
  const [shown, setShown] = useState(false);
  const set = (changes: Partial<typeof draft.mail>) => change({ mail: { ...draft.mail, ...changes } });
  if (!shown && subject === "" && cc === "") {
    return (
      <p className={styles["mailTo"]}>
        <span>
          {say("composer.mail_to")} <bdi>{address}</bdi>
        </span>
        <Button kind="quiet" onPress={() => setShown(true)}>
          {say("composer.mail_more")}
        </Button>
      </p>
    );
  }
  return (
    <div className={styles["mail"]}>
      <TextField label={say("composer.mail_subject")} value={subject} onChange={(next) => set({ subject: next })} hint={say("composer.mail_subject_hint")} maxLength={300} />
      <TextField label={say("composer.mail_cc")} value={cc} onChange={(next) => set({ cc: next })} hint={say("composer.mail_cc_hint")} />
    </div>
  );
}
