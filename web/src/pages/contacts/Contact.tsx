/** A contact: who they are and who says so beside everything that happened to them. */

import { useState, type ReactNode } from "react";
import { Link, useLocation, useParams } from "wouter";
import { useSay } from "../../app/desk";
import { useWidth } from "../../app/width";
import { Addresses } from "../../contact/Addresses";
import { Attributes } from "../../contact/Attributes";
import { ContactPicker } from "../../contact/ContactPicker";
import { Entitlements, Facts } from "../../contact/Knowledge";
import { Labels } from "../../contact/Labels";
import { Notes } from "../../contact/Notes";
import { Person } from "../../contact/Person";
import { ProfileFields } from "../../contact/ProfileFields";
import { useContact, useLiveContact, usePerson } from "../../contact/queries";
import { Timeline } from "../../contact/Timeline";
import { Consents, Habits, SilenceBar } from "../../contact/Wishes";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Page, Panel } from "../../ui/Page";
import { AsyncBoundary, Skeleton } from "../../ui/states";
import { Views } from "../../ui/Views";
import type { Schemas } from "../../api/client";
import { ContactMenu } from "./ContactMenu";
import { MessageMenu } from "./MessageMenu";
import { useNewestConversation } from "./newest";
import styles from "./Contacts.module.css";

/** Another contact is another page: nothing of the one before stays. */
export default function ContactPage() {
  const { id = "" } = useParams<{ id: string }>();
  return <Whole key={id} id={id} />;
}

function Whole({ id }: { id: string }) {
  const say = useSay();
  const [contact, person] = [useContact(id), usePerson(id)];
  const members = person.data?.members.map((each) => each.id) ?? [id];
  useLiveContact([id, ...members.filter((each) => each !== id).slice(0, 4)]);
  return (
    <Page
      title={contact.data?.display_name ?? say("contacts.one")}
      wide
      aside={contact.data && <Actions contact={contact.data} members={members} />}
    >
      <AsyncBoundary query={contact} loading={<Skeleton lines={8} height={32} />}>
        {(found) => (
          <>
            <SilenceBar contact={found} />
            <AsyncBoundary query={person} loading={<Skeleton lines={8} height={32} />}>
              {(known) => <Parts profile={<Profile contact={found} person={known} />} timeline={<Timeline contactId={id} />} />}
            </AsyncBoundary>
          </>
        )}
      </AsyncBoundary>
    </Page>
  );
}

function Actions({ contact, members }: { contact: Schemas["ContactView"]; members: readonly string[] }) {
  const say = useSay();
  const [, go] = useLocation();
  const [merging, setMerging] = useState(false);
  const newest = useNewestConversation(contact.id);
  return (
    <>
      {newest && <Link href={`/inbox/all?c=${newest}`}>{say("contacts.to_conversation")}</Link>}
      <MessageMenu contactId={contact.id} />
      <Button icon="people" onPress={() => setMerging(true)}>
        {say("contacts.merge")}
      </Button>
      <ContactMenu contact={contact} />
      {merging && (
        <Dialog title={say("contacts.merge_with", { name: contact.display_name })} isOpen onClose={() => setMerging(false)}>
          <ContactPicker label={say("contacts.search")} except={members} onChoose={(other) => go(`/contacts/${contact.id}/merge/${other.id}`)} />
          <div>
            <Button onPress={() => setMerging(false)}>{say("contact.cancel")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Side by side where there is room, else one after the other behind tabs. */
function Parts({ profile, timeline }: { profile: ReactNode; timeline: ReactNode }) {
  const say = useSay();
  if (useWidth() === "desktop") {
    return (
      <div className={styles["columns"]}>
        <div className={styles["column"]}>{profile}</div>
        <Panel title={say("contacts.timeline")}>{timeline}</Panel>
      </div>
    );
  }
  return (
    <Views
      label={say("contacts.parts")}
      views={[
        { id: "profile", title: say("contacts.profile"), show: () => profile },
        { id: "timeline", title: say("contacts.timeline"), show: () => timeline },
      ]}
    />
  );
}

function Profile({ contact, person }: { contact: Schemas["ContactView"]; person: Schemas["PersonView"] }) {
  const say = useSay();
  const newest = useNewestConversation(contact.id);
  return (
    <>
      <Panel title={say("contacts.profile")}>
        <ProfileFields contact={contact} profile={person.profile} />
        <Labels contact={contact} />
        <Person contactId={contact.id} person={person} />
      </Panel>
      <Boxed>
        <Addresses contact={contact} identities={person.identities} conversationId={newest} />
      </Boxed>
      <Boxed>
        <Attributes contact={contact} profile={person.profile} />
      </Boxed>
      <Boxed>
        <Notes contactId={contact.id} />
      </Boxed>
      <Boxed>
        <Consents contact={contact} />
      </Boxed>
      <Boxed>
        <Habits contactId={contact.id} />
        <Entitlements contactId={contact.id} />
        <Facts contactId={contact.id} />
      </Boxed>
    </>
  );
}

const Boxed = ({ children }: { children: ReactNode }) => <div className={styles["box"]}>{children}</div>;
