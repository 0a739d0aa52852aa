/** Somebody else saved first: their change and mine side by side, one side to be chosen where both changed the same. */

import { useState } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { settled, shown } from "./item";
import type { Item } from "./useItem";
import styles from "./parts.module.css";

interface Props<D> {
  item: Item<D>;
  /** What a field is called; its own name else. */
  nameOf?: (field: keyof D & string) => string | undefined;
  textOf?: (field: keyof D & string, value: unknown) => string;
}

type Side = "mine" | "theirs";

export function ConflictDialog<D extends object>({ item, nameOf, textOf = (_, value) => shown(value) }: Props<D>) {
  const say = useSay();
  const [choices, setChoices] = useState<Record<string, Side>>({});
  const clash = item.clash;
  if (clash === null) return null;
  return (
    <Dialog title={say("admin.conflict_title")} isOpen wide onClose={item.setAside}>
      <p>{say(clash.fields.length > 0 ? "admin.conflict_text" : "admin.conflict_apart")}</p>
      {clash.fields.map((field) => (
        <RadioGroup
          key={field}
          value={choices[field] ?? "mine"}
          onChange={(side) => setChoices((known) => ({ ...known, [field]: side as Side }))}
          className={styles["clash"] ?? ""}
          aria-label={nameOf?.(field) ?? field}
        >
          <strong>{nameOf?.(field) ?? field}</strong>
          <div className={styles["sides"]}>
            {(["mine", "theirs"] as const).map((side) => (
              <Radio key={side} value={side} className={styles["side"] ?? ""}>
                <span className={styles["whose"]}>{say(`admin.conflict.${side}`)}</span>
                <span className={styles["value"]}>{textOf(field, clash[side][field])}</span>
              </Radio>
            ))}
          </div>
        </RadioGroup>
      ))}
      <div className={styles["actions"]}>
        <Button onPress={item.setAside}>{say("admin.conflict_back")}</Button>
        <Button kind="primary" isPending={item.isSaving} onPress={() => item.settle(settled(clash, choices))}>
          {say("admin.conflict_save")}
        </Button>
      </div>
    </Dialog>
  );
}
