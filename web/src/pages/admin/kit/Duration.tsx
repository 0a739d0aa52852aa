/** A length of time: a number, and what it counts. Seconds to whoever asks. */

import { useState } from "react";
import { useSay } from "../../../app/desk";
import { Select } from "../../../ui/fields";
import { NumberField } from "../../../ui/inputs";
import { UNITS, unitOf, type Unit } from "./amount";
import styles from "./kit.module.css";

interface Props {
  label: string;
  /** null: none is given. */
  value: number | null;
  onChange: (seconds: number | null) => void;
  hint?: string | undefined;
  error?: string | undefined;
  units?: readonly Unit[];
  isDisabled?: boolean;
}

export function Duration({ label, value, onChange, hint, error, units = ["second", "minute", "hour", "day"], isDisabled = false }: Props) {
  const say = useSay();
  const [chosen, choose] = useState<Unit | null>(null);
  const fitting = value === null ? (units[1] ?? units[0] ?? "minute") : unitOf(value);
  const unit = chosen ?? (units.includes(fitting) ? fitting : (units[0] ?? "second"));
  return (
    <div className={styles["duration"]} role="group" aria-label={label}>
      <NumberField
        label={label}
        value={value === null ? null : value / UNITS[unit]}
        onChange={(amount) => onChange(amount === null ? null : Math.round(amount * UNITS[unit]))}
        min={0}
        hint={hint}
        error={error}
        isDisabled={isDisabled}
      />
      <Select
        label={say("rules.unit")}
        value={unit}
        isDisabled={isDisabled}
        onChange={(next) => {
          choose(next);
          if (value !== null) onChange(Math.round((value / UNITS[unit]) * UNITS[next]));
        }}
        choices={units.map((id) => ({ id, label: say(`rules.unit.${id}`) }))}
      />
    </div>
  );
}
