/** The customer beside the talk: who they are, how they are reached, what is noted; what is rarer is folded. */

import { Link } from "wouter";
import type { Schemas } from "../../api/client";
import { useFormats, useNow, useSay } from "../../app/desk";
import { Addresses } from "../../contact/Addresses";
import { Attributes } from "../../contact/Attributes";
import { Entitlements, Facts } from "../../contact/Knowledge";
import { Labels } from "../../contact/Labels";
import { Notes } from "../../contact/Notes";
import { Person } from "../../contact/Person";
import { ProfileFields } from "../../contact/ProfileFields";
import { usePerson, type Contact } from "../../contact/queries";
import { Fold } from "../../contact/Section";
import { Consents, Habits, SilenceBar } from "../../contact/Wishes";
import { Notice } from "../../ui/states";
import styles from "../../contact/contact.module.css";
import own from "./Context.module.css";
import { localTime } from "./local";
import { Previous } from "./Previous";

interface Props {
  conversationId: string;
  screen: Schemas["ScreenView"];
}

export function ProfileTab({ conversationId, screen }: Props) {
  const say = useSay();
  const { contact } = screen;
  if (contact === null) return <Notice icon="person" title={say("context.no_contact")} />;
  return (
    <>
      <Head contact={contact} screen={screen} />
      <SilenceBar contact={contact} />
      <ProfileFields contact={contact} profile={screen.profile} />
      <Labels contact={contact} />
      <Reached contact={contact} conversationId={conversationId} />
      <Attributes contact={contact} profile={screen.profile} />
      <Notes contactId={contact.id} />
      <Fold title={say("context.previous")}>
        <Previous contactId={contact.id} conversationId={conversationId} />
      </Fold>
      <Fold title={say("contact.facts")}>
        <Facts contactId={contact.id} />
      </Fold>
      <Fold title={say("context.wishes")}>
        <Consents contact={contact} />
        <Habits contactId={contact.id} />
        <Entitlements contactId={contact.id} />
      </Fold>
    </>
  );
}

function Head({ contact, screen }: { contact: Contact; screen: Props["screen"] }) {
  const [say, formats, now] = [useSay(), useFormats(), useNow(30_000)];
  const value = (name: string) => screen.profile.fields.find((field) => field.name === name)?.shown.value;
  const zone = value("time_zone");
  const theirs = typeof zone === "string" ? localTime(formats.locale, zone, now) : null;
  const tier = value("tier");
  return (
    <div>
      <Link href={`/contacts/${contact.id}`} className={own["name"] ?? ""}>
        <bdi>{contact.display_name}</bdi>
      </Link>
      <p className={styles["meta"]}>
        {[typeof tier === "string" ? say("context.tier", { tier }) : "", theirs === null ? "" : say("context.local_time", { time: theirs })].filter(Boolean).join(" · ")}
      </p>
    </div>
  );
}

/** Addresses of all contacts of the person, and why they are one. */
function Reached({ contact, conversationId }: { contact: Contact; conversationId: string }) {
  const person = usePerson(contact.id);
  return (
    <>
      <Addresses contact={contact} identities={person.data?.identities ?? []} conversationId={conversationId} />
      {person.data && <Person contactId={contact.id} person={person.data} />}
    </>
  );
}
