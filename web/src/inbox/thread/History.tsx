/** What an edited message said before. */

import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useFormats, useSay } from "../../app/desk";
import type { Piece } from "./entries";
import { Words } from "./Words";
import styles from "./status.module.css";

export function History({ piece }: { piece: Piece }) {
  const [say, formats] = [useSay(), useFormats()];
  const versions = [piece.entry, ...piece.edits];
  return (
    <DialogTrigger>
      <AriaButton className={styles["state"] ?? ""}>{say("thread.edited")}</AriaButton>
      <Popover className={styles["popover"] ?? ""}>
        <Dialog className={styles["details"] ?? ""} aria-label={say("thread.history")}>
          <ol className={styles["history"]}>
            {versions.map((each) => (
              <li key={each.id}>
                <time dateTime={each.occurred_at}>{formats.dateTime(each.occurred_at)}</time>
                <Words text={each.text} />
              </li>
            ))}
          </ol>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
