/** More fields of forms: longer texts, numbers, what is on or off, some of many. */

import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  CheckboxGroup as AriaCheckboxGroup,
  FieldError,
  Group,
  Input,
  Label,
  NumberField as AriaNumberField,
  Switch as AriaSwitch,
  Text,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from "react-aria-components";
import { Icon } from "./Icon";
import type { Choice } from "./fields";
import fields from "./fields.module.css";
import styles from "./inputs.module.css";

function Below({ hint, error }: { hint?: ReactNode; error?: string | undefined }) {
  return (
    <>
      {hint && (
        <Text slot="description" className={fields["hint"] ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={fields["error"] ?? ""}>{error}</FieldError>
    </>
  );
}

export interface TextAreaProps extends Omit<AriaTextFieldProps, "className" | "style" | "children"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  rows?: number;
  /** For code: letters of one width. */
  mono?: boolean;
  lang?: string;
}

export function TextArea({ label, hint, error, rows = 4, mono = false, lang, ...props }: TextAreaProps) {
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} className={fields["field"] ?? ""}>
      <Label className={fields["label"] ?? ""}>{label}</Label>
      <AriaTextArea className={`${fields["input"]} ${styles["area"]} ${mono ? styles["mono"] : ""}`} rows={rows} lang={lang} />
      <Below hint={hint} error={error} />
    </AriaTextField>
  );
}

export interface NumberFieldProps {
  label: string;
  /** null: nothing is given. */
  value: number | null;
  onChange: (value: number | null) => void;
  hint?: ReactNode;
  error?: string | undefined;
  min?: number;
  max?: number;
  step?: number;
  name?: string;
  isRequired?: boolean;
  isDisabled?: boolean;
}

export function NumberField({ label, value, onChange, hint, error, min, max, step, ...props }: NumberFieldProps) {
  return (
    <AriaNumberField
      {...props}
      value={value ?? NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? null : next)}
      isInvalid={error !== undefined}
      {...(min === undefined ? {} : { minValue: min })}
      {...(max === undefined ? {} : { maxValue: max })}
      {...(step === undefined ? {} : { step })}
      className={fields["field"] ?? ""}
    >
      <Label className={fields["label"] ?? ""}>{label}</Label>
      <Group className={styles["number"] ?? ""}>
        <Input className={fields["input"] ?? ""} />
        <AriaButton slot="decrement" className={styles["step"] ?? ""}>
          −
        </AriaButton>
        <AriaButton slot="increment" className={styles["step"] ?? ""}>
          +
        </AriaButton>
      </Group>
      <Below hint={hint} error={error} />
    </AriaNumberField>
  );
}

interface OnOffProps {
  label: ReactNode;
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  hint?: ReactNode;
  isDisabled?: boolean;
  name?: string;
}

/** `bare`: the label is for screen readers, where what is beside it says the same. */
export function Checkbox({ label, hint, bare = false, ...props }: OnOffProps & { bare?: boolean }) {
  return (
    <div className={styles["one"]}>
      <AriaCheckbox {...props} className={styles["check"] ?? ""}>
        <Box />
        <span className={bare ? "visually-hidden" : undefined}>{label}</span>
      </AriaCheckbox>
      {hint && <p className={fields["hint"]}>{hint}</p>}
    </div>
  );
}

const Box = () => (
  <span className={styles["box"]}>
    <Icon name="check" size={16} />
  </span>
);

export function Switch({ label, hint, ...props }: OnOffProps) {
  return (
    <div className={styles["one"]}>
      <AriaSwitch {...props} className={styles["switch"] ?? ""}>
        <span className={styles["track"]} />
        <span>{label}</span>
      </AriaSwitch>
      {hint && <p className={fields["hint"]}>{hint}</p>}
    </div>
  );
}

interface CheckboxGroupProps<T extends string> {
  label: string;
  choices: ReadonlyArray<Choice<T>>;
  value: readonly T[];
  onChange: (value: T[]) => void;
  hint?: ReactNode;
  error?: string | undefined;
  isDisabled?: boolean;
}

/** Some of a few. */
export function CheckboxGroup<T extends string>({
  label,
  choices,
  value,
  onChange,
  hint,
  error,
  isDisabled = false,
}: CheckboxGroupProps<T>) {
  return (
    <AriaCheckboxGroup
      value={[...value]}
      onChange={(chosen) => onChange(chosen as T[])}
      isInvalid={error !== undefined}
      isDisabled={isDisabled}
      className={fields["field"] ?? ""}
    >
      <Label className={fields["label"] ?? ""}>{label}</Label>
      <div className={styles["some"]}>
        {choices.map((choice) => (
          <AriaCheckbox key={choice.id} value={choice.id} className={styles["check"] ?? ""}>
            <Box />
            <span lang={choice.lang}>{choice.label}</span>
          </AriaCheckbox>
        ))}
      </div>
      <Below hint={hint} error={error} />
    </AriaCheckboxGroup>
  );
}
