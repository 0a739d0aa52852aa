/** Below the field: files, emoji, texts, templates, later. One stop of the keyboard. */

import { lazy, Suspense, useRef } from "react";
import { DialogTrigger, Dialog, Popover, Toolbar } from "react-aria-components";
import { useSay } from "../../app/desk";
import { IconButton } from "../../ui/Button";
import { Skeleton } from "../../ui/states";
import { useAttach } from "./useAttach";
import type { Opened } from "./useTaking";
import { useWork } from "./work";
import styles from "./Composer.module.css";
import lists from "./Options.module.css";

const Emoji = lazy(() => import("./Emoji"));

interface Props {
  /** The channel takes templates. */
  templates: boolean;
  open: (what: Opened) => void;
}

export function Tools({ templates, open }: Props) {
  const say = useSay();
  const { mode, insert, field, write } = useWork();
  const attach = useAttach();
  const chooser = useRef<HTMLInputElement>(null);
  /** As if it were typed: the list comes up by it. */
  const sign = (letter: string) => {
    const place = field.current;
    if (place === null) return;
    const before = place.value.slice(0, place.selectionStart);
    insert(before === "" || /\s$/u.test(before) ? letter : ` ${letter}`);
    place.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const emoji = (letter: string) => {
    const place = field.current;
    if (place === null) return;
    const caret = place.selectionStart;
    write(place.value.slice(0, caret) + letter + place.value.slice(place.selectionEnd), caret + letter.length);
  };
  return (
    <Toolbar aria-label={say("composer.tools")} className={styles["tools"] ?? ""}>
      <IconButton icon="attach" label={say("composer.attach")} onPress={() => chooser.current?.click()} />
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={(event) => {
          attach([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <DialogTrigger>
        <IconButton icon="smile" label={say("composer.emoji")} />
        <Popover className={lists["popover"] ?? ""} placement="top start">
          <Dialog className={lists["pop"] ?? ""} aria-label={say("composer.emoji")}>
            {({ close }) => (
              <Suspense fallback={<Skeleton lines={3} height={32} />}>
                <Emoji
                  onTake={(letter) => {
                    close();
                    emoji(letter);
                  }}
                />
              </Suspense>
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
      <IconButton icon="slash" label={say("composer.texts")} onPress={() => sign("/")} />
      {mode === "note" && <IconButton icon="at" label={say("composer.mention")} onPress={() => sign("@")} />}
      {mode === "reply" && templates && <IconButton icon="table" label={say("composer.use_template")} onPress={() => open({ what: "template" })} />}
      {mode === "reply" && <IconButton icon="schedule" label={say("composer.schedule")} onPress={() => open({ what: "schedule" })} />}
    </Toolbar>
  );
}
