/** A time zone, found by typing part of its name. */

import { useMemo } from "react";
import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from "react-aria-components";
import { useSay } from "../../../app/desk";
import { Icon } from "../../../ui/Icon";
import fields from "../../../ui/fields.module.css";
import styles from "./combo.module.css";

interface Props {
  label: string;
  value: string;
  onChange: (zone: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  /** An emptied field is no zone; else it goes back to the one chosen. */
  isOptional?: boolean;
}

const ZONES: readonly string[] = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

export function ZonePicker({ label, value, onChange, hint, error, isOptional = false }: Props) {
  const say = useSay();
  const items = useMemo(
    () => (value === "" || ZONES.includes(value) ? ZONES : [value, ...ZONES]).map((id) => ({ id })),
    [value],
  );
  return (
    <ComboBox
      className={fields["field"] ?? ""}
      defaultItems={items}
      selectedKey={value === "" ? null : value}
      onSelectionChange={(zone) => (zone !== null || isOptional) && onChange(String(zone ?? ""))}
      defaultFilter={(text, typed) => text.toLowerCase().replaceAll("_", " ").includes(typed.toLowerCase().replaceAll("_", " ").trim())}
      isInvalid={error !== undefined}
      menuTrigger="focus"
    >
      <Label className={fields["label"] ?? ""}>{label}</Label>
      <div className={styles["combo"]}>
        <Input className={fields["input"] ?? ""} />
        <Button className={styles["open"] ?? ""}>
          <Icon name="down" size={16} />
        </Button>
      </div>
      {hint && (
        <Text slot="description" className={fields["hint"] ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={fields["error"] ?? ""}>{error}</FieldError>
      <Popover className={fields["popover"] ?? ""}>
        <ListBox<{ id: string }> className={fields["list"] ?? ""} renderEmptyState={() => <p className={styles["none"]}>{say("hours.zone_none")}</p>}>
          {({ id }) => (
            <ListBoxItem id={id} textValue={id} className={fields["option"] ?? ""}>
              {id.replaceAll("_", " ")}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

/** Where the reader is. */
export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
