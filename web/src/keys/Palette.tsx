/** One field for everything: what can be done here, where to go, conversations, contacts, settings. */

import { useMemo, useState } from "react";
import { Autocomplete, Dialog, Header, Input, Label, Menu, MenuItem, MenuSection, Modal, ModalOverlay, TextField } from "react-aria-components";
import { useSay } from "../app/desk";
import { Icon } from "../ui/Icon";
import { useContactItems } from "./contactItems";
import { isComposing } from "./ime";
import { Kbd } from "./Kbd";
import { found, PALETTE_GROUPS, withRecent, type PaletteGroup, type PaletteItem } from "./palette";
import { useCommandItems, useConversationItems, usePlaceItems, useSettingItems } from "./paletteItems";
import { recentCommands } from "./recent";
import styles from "./Palette.module.css";

export default function Palette({ onClose }: { onClose: () => void }) {
  const say = useSay();
  const [query, setQuery] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const items = useItems(query);
  const contacts = useContactItems(query);
  const shown = useMemo(() => found([...items, ...contacts.items], query), [items, contacts.items, query]);
  const act = (id: string) => {
    const item = shown.find((each) => idOf(each) === id);
    if (item === undefined) return;
    if (item.refused !== null) return setRefusal(item.refused);
    recentCommands.set(withRecent(recentCommands.get(), item.id));
    onClose();
    // Once the focus is back where it was: what is done may take it elsewhere.
    requestAnimationFrame(() => requestAnimationFrame(item.run));
  };
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && onClose()} className={styles["overlay"] ?? ""}>
      <Modal className={styles["modal"] ?? ""}>
        <Dialog aria-label={say("command.palette")} className={styles["dialog"] ?? ""}>
          <div className={styles["inside"]} onKeyDownCapture={(event) => isComposing(event) && event.stopPropagation()}>
            <Autocomplete inputValue={query} onInputChange={(text) => (setQuery(text), setRefusal(null))}>
              <TextField autoFocus className={styles["field"] ?? ""}>
                <Label className="visually-hidden">{say("palette.label")}</Label>
                <Icon name="search" />
                <Input className={styles["input"] ?? ""} placeholder={say("palette.placeholder")} />
              </TextField>
              {refusal !== null && (
                <p role="alert" className={styles["refusal"]}>
                  {refusal}
                </p>
              )}
              {/* By keyboard, too, the list can be scrolled through. */}
              <div className={styles["scroll"]} role="group" aria-label={say("palette.found")} tabIndex={0}>
                <Menu
                  className={styles["menu"] ?? ""}
                  aria-label={say("palette.found")}
                  onAction={(id) => act(String(id))}
                  renderEmptyState={() => <p className={styles["empty"]}>{say(contacts.isLooking ? "palette.looking" : "palette.nothing")}</p>}
                >
                  {PALETTE_GROUPS.map((group) => {
                    const here = shown.filter((each) => each.group === group);
                    return here.length > 0 ? <Part key={group} group={group} items={here} /> : null;
                  })}
                </Menu>
              </div>
            </Autocomplete>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The same may stand in two groups. */
const idOf = (item: PaletteItem): string => `${item.group}/${item.id}`;

function Part({ group, items }: { group: PaletteGroup; items: PaletteItem[] }) {
  const say = useSay();
  return (
    <MenuSection aria-label={say(`palette.group.${group}`)}>
      <Header className={styles["header"] ?? ""}>{say(`palette.group.${group}`)}</Header>
      {items.map((item) => (
        <MenuItem key={item.id} id={idOf(item)} textValue={item.text} className={styles["item"] ?? ""} data-refused={item.refused !== null}>
          <span className={styles["text"]}>
            <span>
              <bdi>{item.text}</bdi>
            </span>
            {(item.refused ?? item.more) && (
              <span className={styles["more"]}>
                {item.refused ?? item.more}
              </span>
            )}
          </span>
          {item.keys && <Kbd keys={item.keys} />}
        </MenuItem>
      ))}
    </MenuSection>
  );
}

/** With nothing asked: what was used last, then what is at hand. */
function useItems(query: string): PaletteItem[] {
  const [commands, places, conversations, settings] = [useCommandItems(), usePlaceItems(), useConversationItems(), useSettingItems()];
  return useMemo(() => {
    const all = [...commands, ...places, ...conversations, ...settings];
    if (query.trim() !== "") return all;
    const recent = recentCommands.get().flatMap((id) => all.find((each) => each.id === id) ?? []);
    const atHand = (items: PaletteItem[]) => items.filter((each) => each.refused === null).slice(0, 5);
    const of = (group: PaletteGroup) => commands.filter((each) => each.group === group);
    return [
      ...recent.map((item) => ({ ...item, group: "recent" as const })),
      ...atHand(of("conversation")),
      ...atHand(conversations),
      ...atHand([...of("go"), ...places]),
    ];
  }, [commands, places, conversations, settings, query]);
}
