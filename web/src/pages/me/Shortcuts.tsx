/** Keys of one's own: each can be another one, or none; single keys can be switched off. */

import { useState, useSyncExternalStore, type KeyboardEvent } from "react";
import { useSay } from "../../app/desk";
import { COMMANDS, type Command, type CommandId, type Group } from "../../keys/commands";
import { isComposing } from "../../keys/ime";
import { Kbd } from "../../keys/Kbd";
import { useKeyboard } from "../../keys/Keys";
import { clash, isMovable, isUsable, useOwnKeys } from "../../keys/own";
import { pressed } from "../../keys/press";
import { Button, IconButton } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import { Switch } from "../../ui/inputs";
import { Panel } from "../../ui/Page";
import styles from "./Me.module.css";

const GROUPS: readonly Group[] = ["page", "go", "list", "conversation", "thread"];

export default function Shortcuts() {
  const say = useSay();
  const [chosen, choose] = useOwnKeys();
  const [changing, change] = useState<CommandId | null>(null);
  return (
    <Panel
      title={say("shortcuts.title")}
      aside={
        <Button isDisabled={Object.keys(chosen.own).length === 0} onPress={() => choose({ ...chosen, own: {} })}>
          {say("shortcuts.reset")}
        </Button>
      }
    >
      <Switch label={say("shortcuts.single")} hint={say("shortcuts.single_hint")} isSelected={chosen.singleKeys} onChange={(singleKeys) => choose({ ...chosen, singleKeys })} />
      <p className={styles["example"]}>{say("shortcuts.kept")}</p>
      {GROUPS.map((group) => (
        <Keys key={group} group={group} change={change} />
      ))}
      {changing !== null && <Change key={changing} id={changing} onClose={() => change(null)} />}
    </Panel>
  );
}

function Keys({ group, change }: { group: Group; change: (id: CommandId) => void }) {
  const [say, keyboard] = [useSay(), useKeyboard()];
  useSyncExternalStore(keyboard.listen, keyboard.version);
  const rows = (Object.entries(COMMANDS) as Array<[CommandId, Command]>).filter(([, command]) => command.group === group);
  return (
    <table className={styles["keys"]}>
      <caption>{say(`shortcuts.group.${group}`)}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{say("shortcuts.command")}</th>
          <th scope="col">{say("shortcuts.key")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([id, { text }]) => {
          const keys = keyboard.keysOf(id);
          return (
            <tr key={id}>
              <th scope="row">{say(text)}</th>
              <td>
                <span className={styles["keyed"]}>
                  {keys === undefined ? <span className={styles["example"]}>{say("shortcuts.none")}</span> : <Kbd keys={keys} />}
                  {isMovable(id) && <IconButton icon="edit" label={say("shortcuts.change", { command: say(text) })} onPress={() => change(id)} />}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Change({ id, onClose }: { id: CommandId; onClose: () => void }) {
  const [say, { mac }] = [useSay(), useKeyboard()];
  const [{ own, singleKeys }, choose] = useOwnKeys();
  const [keys, setKeys] = useState<string | null>(null);
  const taken = keys === null ? null : clash(id, keys, own);
  const error = keys === null ? undefined : !isUsable(keys) ? say("shortcuts.unusable") : taken === null ? undefined : say("shortcuts.clash", { command: say(COMMANDS[taken].text) });
  const keep = (chosen: string | null) => {
    const { [id]: _, ...rest } = own;
    choose({ singleKeys, own: chosen === null ? rest : { ...rest, [id]: chosen } });
    onClose();
  };
  const hear = (event: KeyboardEvent) => {
    // These move the focus, close the dialog or press its buttons.
    if (["Tab", "Escape", "Enter", "Shift"].includes(event.key) || isComposing(event)) return;
    event.preventDefault();
    const name = pressed(event, mac);
    if (name !== null) setKeys(name);
  };
  return (
    <Dialog title={say("shortcuts.change", { command: say(COMMANDS[id].text) })} isOpen onClose={onClose}>
      <TextField label={say("shortcuts.press")} hint={say("shortcuts.press_hint")} value={keys ?? ""} onKeyDown={hear} error={error} autoFocus />
      {keys !== null && <Kbd keys={keys} />}
      <footer className={styles["foot"]}>
        <Button onPress={() => keep("")}>{say("shortcuts.take_away")}</Button>
        <Button onPress={() => keep(null)}>{say("shortcuts.as_given")}</Button>
        <Button kind="primary" isDisabled={keys === null || error !== undefined} onPress={() => keep(keys)}>
          {say("shortcuts.save")}
        </Button>
      </footer>
    </Dialog>
  );
}
