/** How a contact is reached: addresses of channels, e-mail addresses and phone numbers, and how far each is proven. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../api/client";
import { channelName } from "../app/channels";
import { useApi, useFormats, useSay } from "../app/desk";
import { Button, IconButton } from "../ui/Button";
import { Select, TextField } from "../ui/fields";
import { Icon } from "../ui/Icon";
import { EditForm } from "./FieldEdit";
import { sourceOf, trust } from "./fields";
import { useKept, type Contact } from "./queries";
import { Refusal } from "./Refusal";
import { Section } from "./Section";
import Verify from "./Verify";
import styles from "./contact.module.css";

type Point = Contact["contact_points"][number];
type Kind = Point["kind"];

interface Props {
  contact: Contact;
  identities: readonly Schemas["IdentityView"][];
  /** Where a code can be sent from: a conversation of theirs; undefined while nobody knows yet, null where there is none. */
  conversationId: string | null | undefined;
}

export function Addresses({ contact, identities, conversationId }: Props) {
  const say = useSay();
  const [adding, setAdding] = useState(false);
  const aside = !adding && <IconButton icon="plus" label={say("contact.add_address")} onPress={() => setAdding(true)} />;
  return (
    <Section title={say("contact.addresses")} aside={aside}>
      <ul className={styles["items"]}>
        {identities.map((each) => (
          <li key={each.id} className={styles["row"]}>
            <span className={styles["channel"]}>{channelName(each.channel, say)}</span>
            <bdi className={styles["value"]}>{each.address}</bdi>
          </li>
        ))}
        {contact.contact_points.map((point) => (
          <PointRow key={`${point.kind}${point.value}`} contact={contact} point={point} conversationId={conversationId} />
        ))}
      </ul>
      {identities.length + contact.contact_points.length === 0 && <p className={styles["none"]}>{say("contact.no_address")}</p>}
      {conversationId === null && contact.contact_points.some((point) => !point.verified_at) && <p className={styles["meta"]}>{say("contact.verify_where")}</p>}
      {adding && <PointForm contact={contact} onDone={() => setAdding(false)} />}
    </Section>
  );
}

function PointRow({ contact, point, conversationId }: { contact: Contact; point: Point; conversationId: string | null | undefined }) {
  const [say, formats] = [useSay(), useFormats("UTC")];
  const [verifying, setVerifying] = useState(false);
  const remove = usePointRemoval(contact, point);
  const over = point.valid_to !== null && point.valid_to < new Date().toISOString().slice(0, 10);
  return (
    <li>
      <div className={styles["row"]}>
        <span className={styles["channel"]}>{say(`contact.kind.${point.kind}`)}</span>
        <bdi className={styles["value"]}>{point.value}</bdi>
        <Proof point={point} />
        {point.label && <span className={styles["meta"]}>{point.label}</span>}
        {point.valid_to && <span className={styles["meta"]}>{say("contact.valid_to", { day: formats.date(point.valid_to) })}</span>}
        {!point.verified_at && !over && !verifying && (
          <Button kind="quiet" isDisabled={!conversationId} onPress={() => setVerifying(true)}>
            {say("contact.verify")}
          </Button>
        )}
        {!point.is_own && (
          <IconButton icon="remove" label={say("contact.remove_address", { value: point.value })} onPress={() => remove.mutate()} />
        )}
      </div>
      <Refusal fault={remove.error} />
      {verifying && conversationId && (
        <Verify contactId={contact.id} kind={point.kind} value={point.value} conversationId={conversationId} onDone={() => setVerifying(false)} />
      )}
    </li>
  );
}

/** A glyph and a word: proven, told by somebody, or only typed. */
function Proof({ point }: { point: Point }) {
  const [say, formats] = [useSay(), useFormats()];
  if (point.verified_at) {
    return (
      <span className={`${styles["mark"]} ${styles["ok"]}`} title={formats.dateTime(point.verified_at)}>
        <Icon name="check" size={16} />
        {say("contact.verified")}
      </span>
    );
  }
  const how = trust(point.source);
  return (
    <span className={`${styles["mark"]} ${styles[how === "proven" ? "ok" : how === "typed" ? "warn" : "muted"]}`}>
      <Icon name={how === "proven" ? "check" : how === "typed" ? "warning" : "person"} size={16} />
      {say(`contact.source.${sourceOf(point.source)}`)}
    </span>
  );
}

function usePointRemoval(contact: Contact, point: Point) {
  const [api, kept] = [useApi(), useKept()];
  return useMutation({
    mutationFn: () =>
      told(
        api.POST("/contacts/{contact_id}/contact-points/removal", {
          params: { path: { contact_id: contact.id } },
          body: { kind: point.kind, value: point.value, version: contact.version },
        }),
      ),
    onSuccess: kept,
  });
}

function PointForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const [say, api, kept] = [useSay(), useApi(), useKept()];
  const [kind, setKind] = useState<Kind>("email");
  const [value, setValue] = useState("");
  const [label, setLabel] = useState("");
  const add = useMutation({
    mutationFn: () =>
      told(
        api.POST("/contacts/{contact_id}/contact-points", {
          params: { path: { contact_id: contact.id } },
          body: { kind, value: value.trim(), label: label.trim(), version: contact.version },
        }),
      ),
    onSuccess: (changed) => {
      kept(changed);
      onDone();
    },
  });
  const kinds = (["email", "phone"] as const).map((id) => ({ id, label: say(`contact.kind.${id}`) }));
  return (
    <EditForm fault={add.error} saving={add.isPending} onDone={onDone} onSave={() => value.trim() && add.mutate()}>
      <Select label={say("contact.kind")} choices={kinds} value={kind} onChange={setKind} />
      <TextField label={say(`contact.kind.${kind}`)} value={value} onChange={setValue} hint={kind === "phone" ? say("contact.phone_hint") : undefined} />
      <TextField label={say("contact.point_label")} value={label} onChange={setLabel} maxLength={60} />
    </EditForm>
  );
}
