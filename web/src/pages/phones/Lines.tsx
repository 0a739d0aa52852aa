/** The messages on a phone, newest at the end, each with what its owner can do to it. */

import { useEffect, useRef } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useSay } from "../../app/desk";
import { Button, IconButton } from "../../ui/Button";
import type { Deed, Json, Kind } from "./kinds";
import type { Line } from "./screen";
import styles from "./Phones.module.css";

interface Props {
  lines: readonly Line[];
  kind: Kind;
  act: (deed: Deed) => void;
  press: (title: string) => void;
  look: (raw: Json) => void;
}

export function Lines({ lines, kind, act, press, look }: Props) {
  const say = useSay();
  const end = useRef<HTMLOListElement>(null);
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [lines.length]);
  return (
    <ol ref={end} className={styles["lines"]} tabIndex={0} aria-label={say("phones.messages")}>
      {lines.map((line) => (
        <li key={line.key} className={styles["line"]} data-mine={line.mine}>
          <p dir="auto">{line.deleted ? say("phones.deleted") : line.text}</p>
          {!line.mine && line.buttons.length > 0 && (
            <div className={styles["buttons"]}>
              {line.buttons.map((title) => (
                <Button key={title} onPress={() => press(title)}>
                  {title}
                </Button>
              ))}
            </div>
          )}
          <p className={styles["state"]}>
            {[...line.reactions, line.edited ? say("phones.edited") : "", line.state ?? ""].filter(Boolean).join(" · ")}
          </p>
          <Deeds line={line} kind={kind} act={act} look={look} />
        </li>
      ))}
    </ol>
  );
}

function Deeds({ line, kind, act, look }: { line: Line; kind: Kind; act: (deed: Deed) => void; look: (raw: Json) => void }) {
  const say = useSay();
  const { id } = line;
  const { react, edit, remove } = kind;
  return (
    <MenuTrigger>
      <IconButton icon="more" label={say("phones.more")} />
      <Popover className={styles["menu"] ?? ""}>
        <Menu>
          {id !== null && !line.mine && react && <MenuItem onAction={() => act(react(id, "👍"))}>{say("phones.react")}</MenuItem>}
          {id !== null && line.mine && edit && <MenuItem onAction={() => act(edit(id, `${line.text}*`))}>{say("phones.edit")}</MenuItem>}
          {id !== null && line.mine && remove && <MenuItem onAction={() => act(remove(id))}>{say("phones.delete")}</MenuItem>}
          <MenuItem onAction={() => look(line.raw)}>{say("phones.raw")}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
