/** One cell of the grid: the level of somebody in a skill, and the list of levels. */

import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useSay } from "../../../app/desk";
import { Icon } from "../../../ui/Icon";
import fields from "../../../ui/fields.module.css";
import type { Presence } from "../kit/people";
import { levelOf, LEVELS } from "./matrix";
import styles from "./Skills.module.css";

interface Props {
  person: Presence;
  skill: string;
  set: (person: Presence, skill: string, level: number) => void;
}

export function LevelCell({ person, skill, set }: Props) {
  const say = useSay();
  const level = levelOf(person, skill);
  const told = level === 0 ? say("skills.none_level") : String(level);
  return (
    <span data-cell data-person={person.agent_id} data-skill={skill}>
      <MenuTrigger>
        <Button
          className={styles["level"] ?? ""}
          aria-label={say("skills.cell", { name: person.name, skill, level: told })}
          data-level={level}
        >
          {level === 0 ? "·" : level}
        </Button>
        <Popover className={fields["popover"] ?? ""}>
          <Menu
            aria-label={say("skills.cell", { name: person.name, skill, level: told })}
            className={fields["list"] ?? ""}
            selectionMode="single"
            selectedKeys={[String(level)]}
            onAction={(key) => set(person, skill, Number(key))}
          >
            {LEVELS.map((each) => (
              <MenuItem key={each} id={String(each)} className={fields["option"] ?? ""} textValue={say(`skills.level.${each}`)}>
                {({ isSelected }) => (
                  <>
                    <span>{say(`skills.level.${each}`)}</span>
                    {isSelected && <Icon name="check" size={16} />}
                  </>
                )}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </span>
  );
}
