/** Attributes: those that administrators defined, with their types, and whatever else a contact has. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../api/client";
import { told } from "../api/client";
import { useApi, useFormats, useSay } from "../app/desk";
import { IconButton } from "../ui/Button";
import { Select, TextField } from "../ui/fields";
import { CheckboxGroup } from "../ui/inputs";
import { attributesOf, changed, definitions, typedValue, valueOf, type Attribute, type Value } from "./attributes";
import { EditForm } from "./FieldEdit";
import { ATTRIBUTE, plain, type ProfileField } from "./fields";
import { useEdit, type Contact } from "./queries";
import { Line, Lines, Section } from "./Section";
import { Words } from "./Words";
import styles from "./contact.module.css";

const KEPT = 60_000;

export function Attributes({ contact, profile }: { contact: Contact; profile: Schemas["ProfileView"] }) {
  const [say, api] = [useSay(), useApi()];
  const [adding, setAdding] = useState(false);
  const defined = useQuery({ queryKey: ["contact-attributes"], queryFn: () => told(api.GET("/contact-attributes")), staleTime: KEPT });
  const said = new Map(profile.fields.map((field) => [field.name, field]));
  const known = defined.data ? definitions(defined.data) : [];
  const shown = attributesOf(contact.attributes as Record<string, unknown>, known);
  const free = known.length === 0 || defined.data?.allow_others === true;
  return (
    <Section
      title={say("contact.attributes")}
      aside={free && !adding && <IconButton icon="plus" label={say("contact.add_attribute")} onPress={() => setAdding(true)} />}
    >
      {shown.length === 0 && !adding && <p className={styles["none"]}>{say("contact.no_attributes")}</p>}
      <Lines>
        {shown.map((one) => (
          <AttributeLine key={one.definition.key} contact={contact} attribute={one} field={said.get(`${ATTRIBUTE}${one.definition.key}`)} />
        ))}
      </Lines>
      {adding && <NewAttribute contact={contact} onDone={() => setAdding(false)} />}
    </Section>
  );
}

function AttributeLine({ contact, attribute, field }: { contact: Contact; attribute: Attribute; field: ProfileField | undefined }) {
  const say = useSay();
  const [editing, setEditing] = useState(false);
  const { name } = attribute.definition;
  if (editing) {
    return (
      <Line name={name}>
        <AttributeEdit contact={contact} attribute={attribute} onDone={() => setEditing(false)} />
      </Line>
    );
  }
  return (
    <Line name={name} act={<IconButton icon="edit" label={say("contact.edit_field", { field: name })} onPress={() => setEditing(true)} />}>
      <Shown attribute={attribute} />
      {field && <Words name={name} field={field} />}
    </Line>
  );
}

function Shown({ attribute: { definition, value } }: { attribute: Attribute }) {
  const [say, formats] = [useSay(), useFormats("UTC")];
  if (value === undefined || value === null) return <span className={styles["none"]}>{say("contact.unknown")}</span>;
  if (definition.type === "boolean") return say(value === true ? "contact.yes" : "contact.no");
  if (definition.type === "date") return <span>{formats.date(String(value))}</span>;
  if (typeof value === "number") return <span>{formats.number(value, { maximumFractionDigits: 10 })}</span>;
  const text = plain(value);
  if (definition.type === "url" && /^https?:\/\//.test(text)) {
    return (
      <a className={styles["value"]} href={text} target="_blank" rel="noopener noreferrer">
        {text}
      </a>
    );
  }
  return <bdi className={styles["value"]}>{text}</bdi>;
}

const NONE = "";

function AttributeEdit({ contact, attribute, onDone }: { contact: Contact; attribute: Attribute; onDone: () => void }) {
  const say = useSay();
  const { key, name, type, choices, required, description } = attribute.definition;
  const [text, setText] = useState(typedValue(attribute.value));
  const [many, setMany] = useState<string[]>(Array.isArray(attribute.value) ? attribute.value : []);
  const [wrong, setWrong] = useState(false);
  const edit = useEdit(contact, onDone);
  const several = type === "multi_choice" && choices.length > 0;
  const save = () => {
    const value: Value | undefined = several ? (many.length > 0 ? many : undefined) : valueOf(type, text);
    const broken = !several && text.trim() !== "" && value === undefined;
    setWrong(broken);
    if (!broken) edit.mutate({ attributes: changed(contact.attributes as Record<string, unknown>, key, value) });
  };
  const some = type === "choice" ? choices.map((id) => ({ id, label: id })) : [{ id: "true", label: say("contact.yes") }, { id: "false", label: say("contact.no") }];
  return (
    <EditForm fault={edit.error} saving={edit.isPending} onDone={onDone} onSave={save}>
      {several ? (
        <CheckboxGroup label={name} hint={description} choices={choices.map((id) => ({ id, label: id }))} value={many} onChange={setMany} />
      ) : type === "choice" || type === "boolean" ? (
        <Select
          label={name}
          hint={description}
          choices={required ? some : [{ id: NONE, label: say("contact.no_choice") }, ...some]}
          value={text}
          onChange={setText}
        />
      ) : (
        <TextField
          label={name}
          hint={description}
          value={text}
          onChange={setText}
          type={type === "date" ? "date" : type === "url" ? "url" : "text"}
          error={wrong ? say(type === "integer" ? "contact.wrong.integer" : "contact.wrong.number") : undefined}
          autoFocus
        />
      )}
    </EditForm>
  );
}

function NewAttribute({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const say = useSay();
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const edit = useEdit(contact, onDone);
  const save = () => {
    if (key.trim() && value.trim()) edit.mutate({ attributes: changed(contact.attributes as Record<string, unknown>, key.trim(), value.trim()) });
  };
  return (
    <EditForm fault={edit.error} saving={edit.isPending} onDone={onDone} onSave={save}>
      <TextField label={say("contact.attribute_key")} hint={say("contact.attribute_key_hint")} value={key} onChange={setKey} maxLength={40} autoFocus />
      <TextField label={say("contact.attribute_value")} value={value} onChange={setValue} />
    </EditForm>
  );
}
