/** One field in a box of its own; what was typed stays until the desk has taken it. */

import { useState, type ReactNode } from "react";
import { CHANNELS, channelName } from "../app/channels";
import { useFormats, useSay } from "../app/desk";
import { isComposing } from "../keys/ime";
import { Button } from "../ui/Button";
import { Select, TextField } from "../ui/fields";
import { formOf, hoursOf, hoursTyped, meant, typed, WEEKDAYS, type FieldName, type Hours } from "./fields";
import { weekday } from "./ProfileFields";
import { useEdit, type Changes, type Contact } from "./queries";
import { Refusal } from "./Refusal";
import styles from "./contact.module.css";

interface Props {
  contact: Contact;
  name: FieldName;
  label: string;
  value: unknown;
  onDone: () => void;
}

export function FieldEdit(props: Props) {
  return formOf(props.name) === "hours" ? <HoursEdit {...props} /> : <LineEdit {...props} />;
}

const NONE = "none";

function LineEdit({ contact, name, label, value, onDone }: Props) {
  const say = useSay();
  const [text, setText] = useState(() => typed(name, value));
  const edit = useEdit(contact, onDone);
  const form = formOf(name);
  const choices = [{ id: NONE, label: say("contact.no_choice") }, ...CHANNELS.map((id) => ({ id, label: channelName(id, say) }))];
  return (
    <EditForm fault={edit.error} saving={edit.isPending} onDone={onDone} onSave={() => edit.mutate({ [name]: meant(name, text) } as Changes)}>
      {form === "channel" ? (
        <Select label={label} choices={choices} value={text || NONE} onChange={(chosen) => setText(chosen === NONE ? "" : chosen)} />
      ) : (
        <TextField
          label={label}
          value={text}
          onChange={setText}
          type={form === "date" ? "date" : name === "email" ? "email" : "text"}
          hint={form === "list" ? say("contact.list_hint") : name === "phone" ? say("contact.phone_hint") : undefined}
          autoFocus
        />
      )}
    </EditForm>
  );
}

function HoursEdit({ contact, value, onDone }: Props) {
  const [say, formats] = [useSay(), useFormats()];
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(WEEKDAYS.map((day) => [day, hoursTyped((value as Hours | undefined)?.[day])])),
  );
  const [asked, setAsked] = useState(false);
  const edit = useEdit(contact, onDone);
  const { hours, wrong } = hoursOf(texts);
  const save = () => {
    setAsked(true);
    if (wrong.length === 0) edit.mutate({ contact_hours: hours });
  };
  return (
    <EditForm fault={edit.error} saving={edit.isPending} onDone={onDone} onSave={save}>
      <p className={styles["meta"]}>{say("contact.hours_hint")}</p>
      {WEEKDAYS.map((day) => (
        <TextField
          key={day}
          label={weekday(day, formats.locale, "long")}
          value={texts[day] ?? ""}
          onChange={(text) => setTexts({ ...texts, [day]: text })}
          error={asked && wrong.includes(day) ? say("contact.hours_wrong") : undefined}
        />
      ))}
    </EditForm>
  );
}

interface FormProps {
  fault: unknown;
  saving: boolean;
  onSave: () => void;
  onDone: () => void;
  /** What the button says, where it is not "Save". */
  save?: string;
  children: ReactNode;
}

/** Fields, why they were refused, and the two ways out. */
export function EditForm({ fault, saving, onSave, onDone, save, children }: FormProps) {
  const say = useSay();
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
      onKeyDown={(event) => {
        // Enter makes a new line in longer texts.
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event)) return;
        event.preventDefault();
        if (!saving) onSave();
      }}
    >
      {children}
      <Refusal fault={fault} />
      <div className={styles["actions"]}>
        <Button kind="primary" type="submit" isPending={saving}>
          {save ?? say("contact.save")}
        </Button>
        <Button onPress={onDone}>{say("contact.cancel")}</Button>
      </div>
    </form>
  );
}
