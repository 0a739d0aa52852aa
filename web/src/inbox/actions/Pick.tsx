/** Choosing one of many by typing: a filter above a list of options, each with what has to be known of it. */

import { useMemo, useState, type ReactNode } from "react";
import { Autocomplete, Input, Label, ListBox, ListBoxItem, TextField } from "react-aria-components";
import { useSay } from "../../app/desk";
import { isComposing } from "../../keys/ime";
import { fit } from "../../keys/palette";
import fields from "../../ui/fields.module.css";
import { Icon } from "../../ui/Icon";
import styles from "./actions.module.css";

export interface Option {
  id: string;
  text: string;
  /** More words by which it is found. */
  words?: string;
  more?: ReactNode;
  /** Why it cannot be chosen now: it stays in the list, and says so. */
  refused?: string | null;
}

interface Props {
  label: string;
  options: readonly Option[];
  /** Those chosen. */
  value: ReadonlySet<string>;
  onChange: (value: Set<string>) => void;
  many?: boolean;
  /** Below the filter, of what was typed: making a new one. */
  create?: (typed: string) => ReactNode;
}

export function Pick({ label, options, value, onChange, many = false, create }: Props) {
  const say = useSay();
  const [typed, setTyped] = useState("");
  const shown = useMemo(() => options.filter((each) => fit({ text: each.text, words: each.words ?? "" }, typed) !== null), [options, typed]);
  return (
    <div className={styles["pick"]} onKeyDownCapture={(event) => isComposing(event) && event.stopPropagation()}>
      <Autocomplete inputValue={typed} onInputChange={setTyped}>
        <TextField autoFocus className={fields["field"] ?? ""}>
          <Label className={fields["label"] ?? ""}>{label}</Label>
          <Input className={fields["input"] ?? ""} placeholder={say("actions.filter")} onKeyDown={(event) => event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.preventDefault()} />
        </TextField>
        <ListBox
          aria-label={label}
          className={styles["options"] ?? ""}
          selectionMode={many ? "multiple" : "single"}
          selectionBehavior="toggle"
          disallowEmptySelection={!many && value.size > 0}
          selectedKeys={value}
          disabledKeys={options.filter((each) => each.refused).map((each) => each.id)}
          onSelectionChange={(keys) => onChange(keys === "all" ? new Set(options.map((each) => each.id)) : new Set([...keys].map(String)))}
          renderEmptyState={() => <p className={styles["empty"]}>{say("actions.filter_nothing")}</p>}
        >
          {shown.map(({ id, text, more, refused }) => (
            <ListBoxItem key={id} id={id} textValue={text} className={styles["option"] ?? ""}>
              {({ isSelected }) => (
                <>
                  <span className={styles["mark"]}>{isSelected && <Icon name="check" size={16} />}</span>
                  <span className={styles["grow"]}>
                    <span>
                      <bdi>{text}</bdi>
                    </span>
                    {(refused ?? more) && (
                      <span className={styles["meta"]}>
                        {refused ?? more}
                      </span>
                    )}
                  </span>
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Autocomplete>
      {create?.(typed.trim())}
    </div>
  );
}
