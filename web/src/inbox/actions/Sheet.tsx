/** Everything that can be done, as one sheet: for phones. */

import { useState } from "react";
import { Button as AriaButton, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useSay } from "../../app/desk";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import type { Doing } from "./ConversationActions";
import { ACT_ICONS } from "./faces";
import type { Act } from "./rules";
import styles from "./actions.module.css";

export function Sheet({ doings, run }: { doings: readonly Doing[]; run: (act: Act) => void }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const act = (chosen: Act) => {
    setOpen(false);
    run(chosen);
  };
  return (
    <>
      <IconButton icon="more" label={say("actions.more")} onPress={() => setOpen(true)} />
      <ModalOverlay isOpen={open} onOpenChange={setOpen} isDismissable className={styles["overlay"] ?? ""}>
        <Modal className={styles["sheet"] ?? ""}>
          <Dialog className={styles["sheetBody"] ?? ""}>
            <header className={styles["sheetHead"]}>
              <Heading slot="title">{say("actions.title")}</Heading>
              <IconButton icon="close" label={say("toast.close")} onPress={() => setOpen(false)} />
            </header>
            <ul className={styles["rows"]}>
              {doings.map(({ act: each, text, refused }) => (
                <li key={each}>
                  <AriaButton className={styles["row"] ?? ""} isDisabled={refused !== null} onPress={() => act(each)}>
                    <Icon name={ACT_ICONS[each]} />
                    <span className={styles["grow"]}>
                      {text}
                      {refused !== null && <span className={styles["meta"]}>{refused}</span>}
                    </span>
                  </AriaButton>
                </li>
              ))}
            </ul>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}
