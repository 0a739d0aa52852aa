/** Names with a number each: skills with levels, tiers with points. */

import { useState } from "react";
import { useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { Group } from "../../../ui/Group";
import { Select, TextField, type Choice } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { errorOf } from "../parts/faults";
import styles from "./kit.module.css";

interface Props {
  legend: string;
  /** What a name is: a skill. */
  nameText: string;
  /** All the names that there are; without them any is typed. */
  names?: readonly Choice<string>[] | undefined;
  amountText: string;
  value: Readonly<Record<string, number>>;
  onChange: (value: Record<string, number>) => void;
  at: string;
  refusal: Error | null;
  min?: number;
  max?: number;
  first?: number;
}

export function Amounts({ legend, nameText, names, amountText, value, onChange, at, refusal, min = 0, max, first = 1 }: Props) {
  const say = useSay();
  const [name, setName] = useState("");
  const [amount, setAmount] = useState<number | null>(first);
  const left = names?.filter(({ id }) => !(id in value));
  const wanted = (left && !left.some(({ id }) => id === name) ? (left[0]?.id ?? "") : name).trim();
  const add = () => {
    if (wanted === "" || wanted in value) return;
    onChange({ ...value, [wanted]: amount ?? first });
    setName("");
    setAmount(first);
  };
  const limits = { min, ...(max === undefined ? {} : { max }) };
  return (
    <Group legend={legend}>
      {Object.entries(value).map(([key, each]) => (
        <div key={key} className={styles["row"]}>
          <div className={styles["grow"]}>
            <NumberField label={say("rules.amount_of", { name: names?.find(({ id }) => id === key)?.label ?? key, what: amountText })} value={each} onChange={(next) => onChange({ ...value, [key]: next ?? first })} error={errorOf(refusal, `${at}.${key}`)} {...limits} />
          </div>
          <IconButton icon="close" label={say("rules.remove_row", { name: key })} onPress={() => onChange(Object.fromEntries(Object.entries(value).filter(([other]) => other !== key)))} />
        </div>
      ))}
      {left?.length !== 0 && (
        <div className={styles["row"]}>
          <div className={styles["grow"]}>
            {left ? (
              <Select label={nameText} value={wanted} onChange={setName} choices={left} />
            ) : (
              <TextField label={nameText} value={name} onChange={setName} maxLength={60} />
            )}
          </div>
          <div className={styles["grow"]}>
            <NumberField label={amountText} value={amount} onChange={setAmount} {...limits} />
          </div>
          <Button icon="plus" isDisabled={wanted === "" || wanted in value} onPress={add} aria-label={`${say("rules.add_row")}: ${legend}`}>
            {say("rules.add_row")}
          </Button>
        </div>
      )}
    </Group>
  );
}
