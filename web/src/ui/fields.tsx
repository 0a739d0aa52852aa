/** Fields of forms: a label above, a hint or an error below, which is read with the field. */

import type { ReactNode } from "react";
import {
  Button as AriaButton,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  Select as AriaSelect,
  SelectValue,
  Text,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from "react-aria-components";
import { Icon, type IconName } from "./Icon";
import styles from "./fields.module.css";

export interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "style" | "children"> {
  label: string;
  hint?: string | undefined;
  /** What is wrong with it: shown, read, and the field marked. */
  error?: string | undefined;
  placeholder?: string;
}

export function TextField({ label, hint, error, placeholder, ...props }: TextFieldProps) {
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} className={styles["field"] ?? ""}>
      <Label className={styles["label"] ?? ""}>{label}</Label>
      <Input className={styles["input"] ?? ""} {...(placeholder === undefined ? {} : { placeholder })} />
      {hint && (
        <Text slot="description" className={styles["hint"] ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={styles["error"] ?? ""}>{error}</FieldError>
    </AriaTextField>
  );
}

export interface Choice<T extends string> {
  id: T;
  label: string;
  /** The language the label is in, where it is not the page's. */
  lang?: string;
}

export interface SelectProps<T extends string> {
  label: string;
  choices: ReadonlyArray<Choice<T>>;
  value: T;
  onChange: (value: T) => void;
  isDisabled?: boolean;
  hint?: string;
}

/** One of some. */
export function Select<T extends string>({ label, choices, value, onChange, hint, isDisabled = false }: SelectProps<T>) {
  return (
    <AriaSelect
      className={styles["field"] ?? ""}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen as T)}
      isDisabled={isDisabled}
    >
      <Label className={styles["label"] ?? ""}>{label}</Label>
      <AriaButton className={`${styles["input"]} ${styles["select"]}`}>
        <SelectValue />
        <Icon name="down" size={16} />
      </AriaButton>
      {hint && (
        <Text slot="description" className={styles["hint"] ?? ""}>
          {hint}
        </Text>
      )}
      <Popover className={styles["popover"] ?? ""}>
        <ListBox className={styles["list"] ?? ""} items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.label} className={styles["option"] ?? ""}>
              {({ isSelected }) => (
                <>
                  <span lang={choice.lang}>{choice.label}</span>
                  {isSelected && <Icon name="check" size={16} />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export interface Card<T extends string> extends Choice<T> {
  icon?: IconName;
  note?: ReactNode;
}

/** One of a few, all to be seen. */
export function RadioCards<T extends string>(props: {
  label: string;
  choices: ReadonlyArray<Card<T>>;
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <RadioGroup
      className={styles["field"] ?? ""}
      value={props.value}
      onChange={(chosen) => props.onChange(chosen as T)}
      orientation="horizontal"
    >
      <Label className={styles["label"] ?? ""}>{props.label}</Label>
      <div className={styles["cards"]}>
        {props.choices.map(({ id, label, lang, icon, note }) => (
          <Radio key={id} value={id} className={styles["card"] ?? ""}>
            {({ isSelected }) => (
              <>
                {icon && <Icon name={icon} />}
                <span lang={lang}>
                  {label}
                  {note && <span className={styles["hint"]}> {note}</span>}
                </span>
                {isSelected && <Icon name="check" size={16} />}
              </>
            )}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
