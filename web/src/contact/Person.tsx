/** The human being behind a contact: who else they are, why that is believed, and taking a link back. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { told, type Schemas } from "../api/client";
import { useApi, useFormats, useSay } from "../app/desk";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/fields";
import { useTell } from "../ui/Toasts";
import { EditForm } from "./FieldEdit";
import { useNameOf } from "./names";
import { Section } from "./Section";
import styles from "./contact.module.css";

type PersonView = Schemas["PersonView"];
type LinkView = PersonView["links"][number];

export function Person({ contactId, person }: { contactId: string; person: PersonView }) {
  const say = useSay();
  const [parting, setParting] = useState<LinkView | null>(null);
  if (person.links.length === 0) return null;
  const nameOf = new Map(person.members.map((each) => [each.id, each.display_name]));
  return (
    <Section title={say("contact.same_person", { n: person.members.length })}>
      <ul className={styles["items"]}>
        {person.members
          .filter((each) => each.id !== contactId)
          .map((each) => (
            <li key={each.id} className={styles["row"]}>
              <Link href={`/contacts/${each.id}`}>
                <bdi>{each.display_name}</bdi>
              </Link>
              <span className={styles["meta"]}>{[each.email, each.phone].filter(Boolean).join(" · ")}</span>
            </li>
          ))}
      </ul>
      <ul className={styles["items"]}>
        {person.links.map((link) => (
          <LinkRow key={`${link.contact_id}${link.other_id}`} link={link} nameOf={(id) => nameOf.get(id) ?? id} onPart={() => setParting(link)} />
        ))}
      </ul>
      {parting && <PartDialog link={parting} nameOf={(id) => nameOf.get(id) ?? id} onDone={() => setParting(null)} />}
    </Section>
  );
}

interface RowProps {
  link: LinkView;
  nameOf: (id: string) => string;
}

function LinkRow({ link, nameOf, onPart }: RowProps & { onPart: () => void }) {
  const [say, formats, whoIs] = [useSay(), useFormats(), useNameOf()];
  const by = whoIs(link.by.id ?? link.by.kind);
  return (
    <li>
      <div className={styles["row"]}>
        <bdi>{say("contact.link_of", { one: nameOf(link.contact_id), other: nameOf(link.other_id) })}</bdi>
        <Button kind="quiet" onPress={onPart}>
          {say("contact.unlink")}
        </Button>
      </div>
      <div className={styles["meta"]}>{[say("contact.strength", { n: link.strength }), by, formats.dateTime(link.at)].filter(Boolean).join(" · ")}</div>
      {link.reason && <div className={styles["meta"]}>{link.reason}</div>}
    </li>
  );
}

function PartDialog({ link, nameOf, onDone }: RowProps & { onDone: () => void }) {
  const say = useSay();
  const [reason, setReason] = useState("");
  const part = useUnlink(onDone);
  return (
    <Dialog title={say("contact.unlink_title")} isOpen alert onClose={onDone}>
      <p>{say("contact.unlink_text", { one: nameOf(link.contact_id), other: nameOf(link.other_id) })}</p>
      <EditForm
        save={say("contact.unlink")}
        fault={part.error}
        saving={part.isPending}
        onDone={onDone}
        onSave={() => part.mutate({ one: link.contact_id, other: link.other_id, reason: reason.trim() })}
      >
        <TextField label={say("contact.why")} value={reason} onChange={setReason} maxLength={500} />
      </EditForm>
    </Dialog>
  );
}

/** Takes a link back: both are what they were. */
export function useUnlink(done?: () => void) {
  const [say, api, cache, tell] = [useSay(), useApi(), useQueryClient(), useTell()];
  return useMutation({
    mutationFn: ({ one, other, reason }: { one: string; other: string; reason: string }) =>
      told(
        api.DELETE("/contacts/{contact_id}/links/{other_id}", {
          params: { path: { contact_id: one, other_id: other }, query: { reason } },
        }),
      ),
    onSuccess: ({ parted }) => {
      tell({ text: say(parted ? "contact.unlinked" : "contact.still_linked"), tone: parted ? "ok" : "info" });
      done?.();
      return Promise.all(["contact", "screen", "contacts", "suggestions"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    },
  });
}
