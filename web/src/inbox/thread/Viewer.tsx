/** A picture as large as the screen: larger and smaller, and the other pictures of the thread beside it. */

import { useEffect, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useSay } from "../../app/desk";
import type { Entry } from "../../desk/conversation";
import { isComposing } from "../../keys/ime";
import { IconButton } from "../../ui/Button";
import { familyOf, openFile, useLink, type File } from "./media";
import { useThread } from "./shared";
import styles from "./Viewer.module.css";

interface Props {
  entryId: string;
  index: number;
  close: () => void;
}

const STEPS = [1, 1.5, 2, 3, 4];

interface Picture {
  entry: Entry;
  file: File;
}

export function Viewer({ entryId, index, close }: Props) {
  const [say, { all }] = [useSay(), useThread()];
  const [pictures] = useState(() => all().flatMap(picturesOf));
  const [at, setAt] = useState(() => Math.max(0, pictures.findIndex(({ entry, file }) => entry.id === entryId && file.index === index)));
  const [step, setStep] = useState(0);
  useEffect(() => setStep(0), [at]);
  const go = (by: number) => setAt((now) => Math.min(pictures.length - 1, Math.max(0, now + by)));
  const zoom = (by: number) => setStep((now) => Math.min(STEPS.length - 1, Math.max(0, now + by)));
  const keys: Record<string, () => void> = { ArrowLeft: () => go(-1), ArrowRight: () => go(1), "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1) };
  const picture = pictures[at];
  return (
    <ModalOverlay isOpen onOpenChange={(open) => !open && close()} isDismissable className={styles["overlay"] ?? ""}>
      <Modal className={styles["modal"] ?? ""}>
        <Dialog className={styles["dialog"] ?? ""} aria-label={say("thread.viewer.title", { n: at + 1, of: pictures.length })}>
          <div
            className={styles["all"]}
            onKeyDown={(event) => {
              if (isComposing(event)) return;
              keys[event.key]?.();
            }}
          >
            <div className={styles["bar"]}>
              <span>{say("thread.viewer.title", { n: at + 1, of: pictures.length })}</span>
              <IconButton icon="back" label={say("thread.viewer.previous")} isDisabled={at === 0} onPress={() => go(-1)} />
              <IconButton icon="next" label={say("thread.viewer.next")} isDisabled={at === pictures.length - 1} onPress={() => go(1)} />
              <IconButton icon="zoom_out" label={say("thread.viewer.smaller")} isDisabled={step === 0} onPress={() => zoom(-1)} />
              <IconButton icon="zoom_in" label={say("thread.viewer.larger")} isDisabled={step === STEPS.length - 1} onPress={() => zoom(1)} />
              {picture && <Keep picture={picture} />}
              <IconButton icon="close" label={say("thread.viewer.close")} onPress={close} autoFocus />
            </div>
            {picture && <Large key={`${picture.entry.id} ${picture.file.index}`} picture={picture} scale={STEPS[step] ?? 1} />}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const picturesOf = ({ entry }: { entry: Entry }): Picture[] =>
  entry.attachments.filter((file) => file.state === "stored" && familyOf(file) === "image").map((file) => ({ entry, file }));

function Large({ picture: { entry, file }, scale }: { picture: Picture; scale: number }) {
  const [say, { conversation }] = [useSay(), useThread()];
  const { data, error } = useLink(conversation.id, entry.id, file);
  const alt = file.name ?? (entry.text || say("thread.file.image"));
  if (error !== null) return <p role="alert">{say("thread.file.unreachable")}</p>;
  return (
    <div className={styles["room"]} tabIndex={0} role="group" aria-label={alt}>
      {data && <img src={data.url} alt={alt} style={{ maxInlineSize: `${scale * 100}%`, maxBlockSize: `${scale * 100}%`, ...(scale > 1 ? { inlineSize: `${scale * 100}%` } : {}) }} />}
    </div>
  );
}

function Keep({ picture: { entry, file } }: { picture: Picture }) {
  const [say, { conversation }] = [useSay(), useThread()];
  const { data } = useLink(conversation.id, entry.id, file);
  return <IconButton icon="download" label={say("thread.viewer.keep")} isDisabled={data === undefined} onPress={() => data && openFile(data)} />;
}
