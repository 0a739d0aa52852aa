/** When a rule applies: comparisons in rows, or JSON where they nest. */

import { useState } from "react";
import { useSay } from "../../../app/desk";
import { Button, IconButton } from "../../../ui/Button";
import { Group } from "../../../ui/Group";
import { Select } from "../../../ui/fields";
import { errorOf } from "../parts/faults";
import { conditionOf, OPERATORS, rowsOf, type Condition, type Row, type Rows } from "./condition";
import { FactName, FactValue } from "./Fact";
import { factWords } from "./factWords";
import { JsonField } from "./JsonField";
import styles from "./kit.module.css";

interface Props {
  value: Condition;
  onChange: (condition: Condition) => void;
  at: string;
  refusal: Error | null;
  legend?: string;
  emptyText?: string;
}

export function ConditionEditor({ value, onChange, at, refusal, legend, emptyText }: Props) {
  const say = useSay();
  const [asJson, setAsJson] = useState(false);
  // Rows that are not whole yet are no condition: they stay here until they are.
  const [typed, setTyped] = useState<Rows | null>(null);
  const shown = typed !== null && JSON.stringify(conditionOf(whole(typed))) === JSON.stringify(value) ? typed : rowsOf(value);
  const change = (rows: Rows) => {
    setTyped(rows);
    onChange(conditionOf(whole(rows)));
  };
  const title = legend ?? say("rules.when");
  if (shown === null || asJson) {
    return (
      <Group legend={title}>
        {shown === null && <p className={styles["muted"]}>{say("rules.deep")}</p>}
        <JsonField label={title} value={value} onChange={(next) => onChange(next as Condition)} at={at} refusal={refusal} rows={6} />
        {shown !== null && <Toggle text={say("rules.as_form")} toggle={() => setAsJson(false)} />}
      </Group>
    );
  }
  const error = errorOf(refusal, at);
  const put = (place: number, part: Partial<Row>) => change({ ...shown, rows: shown.rows.map((row, each) => (each === place ? { ...row, ...part } : row)) });
  return (
    <Group legend={title}>
      {shown.rows.length === 0 && <p className={styles["muted"]}>{emptyText ?? say("rules.always")}</p>}
      {shown.rows.length > 1 && (
        <Select
          label={say("rules.match")}
          value={shown.group}
          onChange={(group) => change({ ...shown, group })}
          choices={(["all", "any"] as const).map((id) => ({ id, label: say(`rules.match.${id}`) }))}
        />
      )}
      {shown.rows.map((row, place) => (
        <Comparison key={place} row={row} n={place + 1} put={(part) => put(place, part)} remove={() => change({ ...shown, rows: shown.rows.filter((_, each) => each !== place) })} />
      ))}
      {error !== undefined && <p className={styles["error"]}>{error}</p>}
      <div className={styles["row"]}>
        <Button kind="quiet" icon="plus" onPress={() => change({ ...shown, rows: [...shown.rows, { field: "", operator: "is", value: "" }] })}>
          {say("rules.add_condition")}
        </Button>
        <Toggle text={say("rules.as_json")} toggle={() => setAsJson(true)} />
      </div>
    </Group>
  );
}

const whole = (rows: Rows): Rows => ({ ...rows, rows: rows.rows.filter((row) => row.field.trim() !== "" && row.value.trim() !== "") });

function Toggle({ text, toggle }: { text: string; toggle: () => void }) {
  return (
    <Button kind="quiet" onPress={toggle}>
      {text}
    </Button>
  );
}

interface ComparisonProps {
  row: Row;
  n: number;
  put: (part: Partial<Row>) => void;
  remove: () => void;
}

function Comparison({ row, n, put, remove }: ComparisonProps) {
  const say = useSay();
  const words = factWords(row.field, say);
  return (
    <div className={styles["comparison"]} role="group" aria-label={`${say("rules.when")} ${n}`}>
      <FactName value={row.field} onChange={(field) => put({ field, value: field === row.field ? row.value : "" })} />
      <Select label={say("rules.operator")} value={row.operator} onChange={(operator) => put({ operator })} choices={OPERATORS.map((id) => ({ id, label: say(`rules.op.${id}`) }))} />
      <FactValue row={row} onChange={(value) => put({ value })} />
      <IconButton icon="close" label={say("rules.remove_condition", { n })} onPress={remove} />
      {words !== "" && <p className={styles["words"]}>{words}</p>}
    </div>
  );
}
