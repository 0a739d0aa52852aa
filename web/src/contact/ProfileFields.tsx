/** What is known of a contact, field by field: whose word it is, and a way to say it better. */

import { useState } from "react";
import { channelName } from "../app/channels";
import { useFormats, useSay } from "../app/desk";
import type { Schemas } from "../api/client";
import { Button, IconButton } from "../ui/Button";
import { FieldEdit } from "./FieldEdit";
import { formOf, plain, shownFields, WEEKDAYS, type FieldName, type Hours, type ProfileField } from "./fields";
import type { Contact } from "./queries";
import { Line, Lines } from "./Section";
import { Words } from "./Words";
import styles from "./contact.module.css";

export function ProfileFields({ contact, profile }: { contact: Contact; profile: Schemas["ProfileView"] }) {
  const say = useSay();
  const [all, setAll] = useState(false);
  const said = new Map(profile.fields.map((field) => [field.name, field]));
  return (
    <>
      <Lines>
        {shownFields(profile.fields, all).map((name) => (
          <FieldLine key={name} contact={contact} name={name} field={said.get(name)} />
        ))}
      </Lines>
      <div>
        <Button kind="quiet" icon={all ? "up" : "plus"} onPress={() => setAll(!all)}>
          {say(all ? "contact.fewer_fields" : "contact.more_fields")}
        </Button>
      </div>
    </>
  );
}

interface LineProps {
  contact: Contact;
  name: FieldName;
  field: ProfileField | undefined;
}

function FieldLine({ contact, name, field }: LineProps) {
  const say = useSay();
  const [editing, setEditing] = useState(false);
  const label = say(`contact.field.${name}`);
  if (editing) {
    return (
      <Line name={label}>
        <FieldEdit contact={contact} name={name} label={label} value={field?.shown.value} onDone={() => setEditing(false)} />
      </Line>
    );
  }
  return (
    <Line name={label} act={<IconButton icon="edit" label={say("contact.edit_field", { field: label })} onPress={() => setEditing(true)} />}>
      {field ? <Value name={name} value={field.shown.value} /> : <span className={styles["none"]}>{say("contact.unknown")}</span>}
      {field && <Words name={label} field={field} />}
    </Line>
  );
}

/** A value of a field, as it is read. */
export function Value({ name, value }: { name: FieldName; value: unknown }) {
  const [say, formats] = [useSay(), useFormats("UTC")];
  const shown = (): string => {
    switch (formOf(name)) {
      case "date":
        return formats.date(String(value));
      case "channel":
        return channelName(String(value), say);
      case "hours":
        return hoursShown(value as Hours, formats.locale);
      default:
        return plain(value);
    }
  };
  return <bdi className={styles["value"]}>{shown()}</bdi>;
}

/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);

export const weekday = (day: string, locale: string, width: "short" | "long" = "short"): string =>
  new Intl.DateTimeFormat(locale, { weekday: width, timeZone: "UTC" }).format(MONDAY + Number(day) * 86_400_000);

export const hoursShown = (hours: Hours, locale: string): string =>
  WEEKDAYS.filter((day) => hours[day]?.length)
    .map((day) => `${weekday(day, locale)} ${(hours[day] ?? []).map((span) => span.join("–")).join(", ")}`)
    .join("\n");
