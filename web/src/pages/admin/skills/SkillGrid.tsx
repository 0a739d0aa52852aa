/** The grid itself: arrows move, a digit sets the level of the cell, Enter opens the list of levels. */

import type { KeyboardEvent } from "react";
import { Cell, Column, Row, Table, TableBody, TableHeader } from "react-aria-components";
import { useSay } from "../../../app/desk";
import type { Presence } from "../kit/people";
import { Refusal } from "../parts/SaveBar";
import { LevelCell } from "./LevelCell";
import { useSetLevel } from "./useSetLevel";
import { levelOf, LEVELS } from "./matrix";
import styles from "./Skills.module.css";

interface Props {
  people: readonly Presence[];
  skills: readonly string[];
}

export function SkillGrid({ people, skills }: Props) {
  const say = useSay();
  const level = useSetLevel();
  /** A digit on a cell, wherever in it the focus is. */
  const press = (event: KeyboardEvent) => {
    // On a row that has the focus as a whole a digit means nothing.
    const cell = (event.target as HTMLElement).closest("td")?.querySelector<HTMLElement>("[data-cell]") ?? null;
    const wanted = event.key === "Delete" || event.key === "Backspace" ? 0 : Number(event.key);
    if (cell === null || event.key === " " || !LEVELS.includes(wanted as 0) || event.ctrlKey || event.metaKey || event.altKey) return;
    const person = people.find((each) => each.agent_id === cell.dataset["person"]);
    const skill = cell.dataset["skill"];
    if (person === undefined || skill === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    level.set(person, skill, wanted);
  };
  return (
    <>
      <p className={styles["note"]} id="skills-how">{say("skills.level_hint")}</p>
      <Refusal fault={level.error} />
      <div className={styles["box"]} onKeyDownCapture={press}>
        <Table aria-label={say("skills.grid")} aria-describedby="skills-how" className={styles["grid"] ?? ""}>
          <TableHeader>
            <Column id="person" isRowHeader className={styles["person"] ?? ""}>
              {say("skills.person")}
            </Column>
            {skills.map((skill) => (
              <Column key={skill} id={skill} className={styles["skill"] ?? ""}>
                {skill}
              </Column>
            ))}
          </TableHeader>
          <TableBody items={people} dependencies={[skills, people]}>
            {(person) => (
              <Row id={person.agent_id} textValue={person.name}>
                <Cell className={styles["person"] ?? ""}>{person.name}</Cell>
                {skills.map((skill) => (
                  <Cell key={skill} id={`${person.agent_id} ${skill}`} textValue={String(levelOf(person, skill))} className={styles["cell"] ?? ""}>
                    <LevelCell person={person} skill={skill} set={level.set} />
                  </Cell>
                ))}
              </Row>
            )}
          </TableBody>
        </Table>
      </div>
    </>
  );
}
