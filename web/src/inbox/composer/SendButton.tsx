/** Sends: the button says what it does and where. Once the window is closed it asks for another way instead. */

import { Button as AriaButton, Menu, MenuItem, MenuSection, MenuTrigger, Header, Popover, Separator } from "react-aria-components";
import { useSay } from "../../app/desk";
import { Button } from "../../ui/Button";
import { Icon, type IconName } from "../../ui/Icon";
import { chooseEnter, useEnterChoice, type EnterChoice } from "./enter";
import lists from "./Options.module.css";
import styles from "./SendButton.module.css";

export interface Way {
  id: string;
  text: string;
  icon: IconName;
  run: () => void;
}

interface Props {
  text: string;
  icon: IconName;
  describedBy: string;
  /** It cannot go now; why is said beside it. */
  blocked: boolean;
  note: boolean;
  onSend: () => void;
  more: readonly Way[];
  /** Instead of sending. */
  closed: { text: string; ways: readonly Way[] } | null;
}

export function SendButton({ text, icon, describedBy, blocked, note, onSend, more, closed }: Props) {
  const say = useSay();
  if (closed !== null) {
    return (
      <MenuTrigger>
        <Button kind="primary" icon="warning">
          {closed.text}
        </Button>
        <Ways label={closed.text} ways={closed.ways} />
      </MenuTrigger>
    );
  }
  return (
    <span className={styles["send"]} data-note={note}>
      <Button kind="primary" icon={icon} isDisabled={blocked} aria-describedby={describedBy} aria-keyshortcuts="Control+Enter Meta+Enter" onPress={onSend}>
        {text}
      </Button>
      <MenuTrigger>
        <AriaButton className={styles["sendMore"] ?? ""} aria-label={say("composer.more_ways")}>
          <Icon name="down" size={16} />
        </AriaButton>
        <Ways label={say("composer.more_ways")} ways={more} settings />
      </MenuTrigger>
    </span>
  );
}

function Ways({ label, ways, settings = false }: { label: string; ways: readonly Way[]; settings?: boolean }) {
  return (
    <Popover className={lists["popover"] ?? ""} placement="top end">
      <Menu aria-label={label} className={styles["menu"] ?? ""} onAction={(key) => ways.find((way) => way.id === key)?.run()}>
        <MenuSection aria-label={label}>
          {ways.map(({ id, text, icon }) => (
            <MenuItem key={id} id={id} textValue={text} className={styles["menuItem"] ?? ""}>
              <Icon name={icon} size={16} />
              {text}
            </MenuItem>
          ))}
        </MenuSection>
        {settings && <Separator className={styles["separator"] ?? ""} />}
        {settings && <EnterSetting />}
      </Menu>
    </Popover>
  );
}

const CHOICES = [
  ["by_channel", "composer.enter_by_channel"],
  ["sends", "composer.enter_sends"],
  ["newline", "composer.enter_newline"],
] as const;

function EnterSetting() {
  const say = useSay();
  const chosen = useEnterChoice();
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => chooseEnter([...keys][0] as EnterChoice)}
    >
      <Header className={styles["menuHead"] ?? ""}>{say("composer.enter")}</Header>
      {CHOICES.map(([id, text]) => (
        <MenuItem key={id} id={id} textValue={say(text)} className={styles["menuItem"] ?? ""}>
          {({ isSelected }) => (
            <>
              <span className={styles["checkPlace"]}>{isSelected && <Icon name="check" size={16} />}</span>
              {say(text)}
            </>
          )}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
