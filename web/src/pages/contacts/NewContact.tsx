/** A contact of somebody who has not written yet; who else has their address is told at once. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { told, type Schemas } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import { EditForm } from "../../contact/FieldEdit";
import { meant, type FieldName } from "../../contact/fields";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import styles from "../../contact/contact.module.css";

const ASKED = ["name", "email", "phone", "language", "time_zone"] as const satisfies readonly FieldName[];
type Texts = Record<(typeof ASKED)[number], string>;
type Made = Schemas["NewContactView"];

export function NewContact({ onDone }: { onDone: () => void }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [, go] = useLocation();
  const [texts, setTexts] = useState<Texts>({ name: "", email: "", phone: "", language: "", time_zone: "" });
  const [asked, setAsked] = useState(false);
  const [clientId] = useState(() => crypto.randomUUID());
  const [made, setMade] = useState<Made | null>(null);
  const make = useMutation({
    mutationFn: () => {
      const given = Object.fromEntries(ASKED.map((name) => [name, meant(name, texts[name])] as const).filter(([, value]) => value !== null));
      return told(api.POST("/contacts", { body: { client_id: clientId, ...given } as Schemas["NewContact"] }));
    },
    onSuccess: (contact) => {
      void cache.invalidateQueries({ queryKey: ["contacts"] });
      if (contact.duplicates.length > 0) return setMade(contact);
      go(`/contacts/${contact.id}`);
    },
  });
  const nobody = ASKED.every((name) => texts[name].trim() === "");
  if (made) return <Duplicates made={made} onDone={onDone} />;
  return (
    <Dialog title={say("contacts.new")} isOpen onClose={onDone}>
      <EditForm
        fault={make.error}
        saving={make.isPending}
        onDone={onDone}
        onSave={() => {
          setAsked(true);
          if (!nobody) make.mutate();
        }}
      >
        {ASKED.map((name, place) => (
          <TextField
            key={name}
            label={say(`contact.field.${name}`)}
            value={texts[name]}
            onChange={(text) => setTexts({ ...texts, [name]: text })}
            type={name === "email" ? "email" : "text"}
            maxLength={200}
            autoFocus={place === 0}
            hint={name === "phone" ? say("contact.phone_hint") : undefined}
            error={asked && nobody && place === 0 ? say("contacts.say_something") : undefined}
          />
        ))}
      </EditForm>
    </Dialog>
  );
}

function Duplicates({ made, onDone }: { made: Made; onDone: () => void }) {
  const say = useSay();
  const [, go] = useLocation();
  return (
    <Dialog title={say("contacts.made")} isOpen onClose={onDone}>
      <p>{say("contacts.duplicates", { n: made.duplicates.length })}</p>
      <ul className={styles["items"]}>
        {made.duplicates.map(({ contact_id, shared }) => (
          <li key={contact_id} className={styles["row"]}>
            <bdi>{shared.join(", ")}</bdi>
            <Link href={`/contacts/${made.id}/merge/${contact_id}`}>{say("contacts.compare")}</Link>
          </li>
        ))}
      </ul>
      <div className={styles["actions"]}>
        <Button kind="primary" onPress={() => go(`/contacts/${made.id}`)}>
          {say("contacts.open")}
        </Button>
      </div>
    </Dialog>
  );
}
