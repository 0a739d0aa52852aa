/** A colour by hand or by the browser's own picker. */

import { TextField } from "../../../ui/fields";
import styles from "./labels.module.css";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

export function Colour({ label, value, onChange, error }: Props) {
  return (
    <div className={styles["colour"]}>
      <TextField label={label} value={value} onChange={onChange} maxLength={7} error={error} />
      <input
        type="color"
        aria-label={label}
        value={/^#[0-9a-f]{6}$/i.test(value) ? value : "#888888"}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
