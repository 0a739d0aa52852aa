/** The fields that a channel asks for: which ones there are comes from the API, their words from setupWords.ts. */

import type { ReactNode } from "react";
import { Disclosure, DisclosurePanel, Button as AriaButton } from "react-aria-components";
import { useSay } from "../../../app/desk";
import { Icon } from "../../../ui/Icon";
import { Select, TextField } from "../../../ui/fields";
import { NumberField, Switch, TextArea } from "../../../ui/inputs";
import { Fields as Columns, Whole } from "../parts/ItemForm";
import { shelved, wrongSetting, type Channel, type Setting, type SettingField, type Settings } from "./channelForm";
import { choiceOf, helpOf, labelOf, optional, usually } from "./setupWords";
import styles from "./inboxes.module.css";

interface CredentialProps {
  channel: string;
  fields: Channel["credentials"];
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
  errorOf: (field: string) => string | undefined;
  /** Where they are replaced: none has to be entered. */
  isRotation?: boolean;
}

export function CredentialFields({ channel, fields, values, onChange, errorOf, isRotation = false }: CredentialProps) {
  const say = useSay();
  return (
    <Columns>
      {fields.map((field) => (
        <TextField
          key={field.name}
          label={optional(labelOf(channel, field, say), field.optional || isRotation, say)}
          hint={helpOf(channel, field, say) || undefined}
          type={field.secret ? "password" : "text"}
          autoComplete="off"
          name={field.name}
          value={values[field.name] ?? ""}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
          error={errorOf(`credentials.${field.name}`)}
        />
      ))}
    </Columns>
  );
}

interface SettingProps {
  channel: string;
  fields: readonly SettingField[];
  values: Readonly<Settings>;
  onChange: (values: Settings) => void;
  errorOf: (field: string) => string | undefined;
  /** Only then is said what is wrong with a form: not while it is typed for the first time. */
  isAsked: boolean;
}

export function SettingFields(props: SettingProps) {
  const say = useSay();
  const { first, further } = shelved(props.fields);
  return (
    <>
      {first.length > 0 && (
        <Columns>
          {first.map((field) => (
            <One key={field.name} field={field} {...props} />
          ))}
        </Columns>
      )}
      {further.length > 0 && (
        <Fold title={say("inboxes.further")}>
          <Columns>
            {further.map((field) => (
              <One key={field.name} field={field} {...props} />
            ))}
          </Columns>
        </Fold>
      )}
    </>
  );
}

export function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Disclosure className={styles["fold"] ?? ""}>
      <AriaButton slot="trigger" className={styles["unfold"] ?? ""}>
        <Icon name="next" size={16} />
        {title}
      </AriaButton>
      <DisclosurePanel>
        <div className={styles["folded"]}>{children}</div>
      </DisclosurePanel>
    </Disclosure>
  );
}

function One({ channel, field, values, onChange, errorOf, isAsked }: SettingProps & { field: SettingField }) {
  const say = useSay();
  const value = values[field.name];
  const set = (next: Setting) => onChange({ ...values, [field.name]: next });
  const wrong = isAsked ? wrongSetting(field, value) : null;
  const error = errorOf(`settings.${field.name}`) ?? (wrong ? say(`inboxes.wrong.${wrong}`) : undefined);
  const name = labelOf(channel, field, say);
  const label = optional(name, !field.required, say);
  const usual = usually(channel, field, say);
  const help = [helpOf(channel, field, say), usual && say("inboxes.default", { value: usual })].filter(Boolean).join(" ");
  const common = { label, hint: help || undefined, error };
  if (field.kind === "boolean") {
    return (
      <Switch label={name} hint={help} isSelected={(value ?? field.default ?? false) === true} onChange={set} name={field.name} />
    );
  }
  if (field.kind === "number") {
    return (
      <NumberField
        {...common}
        value={typeof value === "number" ? value : null}
        onChange={(next) => set(next ?? "")}
        min={0}
        name={field.name}
      />
    );
  }
  if (field.kind === "list") {
    const lines = Array.isArray(value) ? value.join("\n") : "";
    return (
      <TextArea
        {...common}
        hint={`${help} ${say("inboxes.one_a_line")}`.trim()}
        rows={3}
        value={lines}
        onChange={(text) => set(text.split("\n"))}
        name={field.name}
      />
    );
  }
  if (field.kind === "choice") {
    const choices = [{ id: "", label: say("inboxes.by_default") }, ...field.choices.map((id) => ({ id, label: choiceOf(channel, field, id, say) }))];
    return <Select label={label} hint={help} choices={choices} value={String(value ?? "")} onChange={set} />;
  }
  const text = String(value ?? "");
  return text.length > 80 ? (
    <Whole>
      <TextArea {...common} rows={3} value={text} onChange={set} name={field.name} />
    </Whole>
  ) : (
    <TextField {...common} value={text} onChange={set} name={field.name} type={field.kind === "url" ? "url" : "text"} />
  );
}
