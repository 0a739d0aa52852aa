/** All commands with their keys, and the switch that takes single keys away. */

import { useSyncExternalStore } from "react";
import { Link } from "wouter";
import { useSay } from "../app/desk";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Switch } from "../ui/inputs";
import { COMMANDS, type Command, type CommandId, type Group } from "./commands";
import { FIXED } from "./fixed";
import { Kbd } from "./Kbd";
import { useKeyboard } from "./Keys";
import { useOwnKeys } from "./own";
import styles from "./Sheet.module.css";

export const SHEET_GROUPS: readonly Group[] = ["page", "go", "list", "conversation", "thread"];

export default function Sheet({ onClose }: { onClose: () => void }) {
  const [say, keyboard] = [useSay(), useKeyboard()];
  const [chosen, choose] = useOwnKeys();
  useSyncExternalStore(keyboard.listen, keyboard.version);
  return (
    <Dialog title={say("command.shortcuts")} isOpen wide onClose={onClose}>
      <Switch
        label={say("shortcuts.single")}
        hint={say("shortcuts.single_hint")}
        isSelected={chosen.singleKeys}
        onChange={(singleKeys) => choose({ ...chosen, singleKeys })}
      />
      <div className={styles["groups"]}>
        {SHEET_GROUPS.map((group) => (
          <Part key={group} title={say(`shortcuts.group.${group}`)} rows={rowsOf(group).map((id) => ({ id, text: say(COMMANDS[id].text), keys: keyboard.keysOf(id) }))} />
        ))}
        <Part title={say("shortcuts.group.fixed")} rows={FIXED.map(({ keys, text }) => ({ id: text, text: say(text), keys }))} />
      </div>
      <footer className={styles["foot"]}>
        <Link href="/me/shortcuts" onClick={onClose}>
          {say("shortcuts.change_all")}
        </Link>
        <Button kind="primary" onPress={onClose}>
          {say("toast.close")}
        </Button>
      </footer>
    </Dialog>
  );
}

const rowsOf = (group: Group): CommandId[] => (Object.entries(COMMANDS) as Array<[CommandId, Command]>).filter(([, each]) => each.group === group).map(([id]) => id);

function Part({ title, rows }: { title: string; rows: Array<{ id: string; text: string; keys: string | undefined }> }) {
  const shown = rows.filter((row) => row.keys !== undefined);
  if (shown.length === 0) return null;
  return (
    <section className={styles["group"]}>
      <h3>{title}</h3>
      <dl>
        {shown.map(({ id, text, keys }) => (
          <div key={id} className={styles["row"]}>
            <dt>{text}</dt>
            <dd>
              <Kbd keys={keys ?? ""} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
