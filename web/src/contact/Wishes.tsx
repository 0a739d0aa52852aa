/** What a contact wants: consents by channel and purpose, silence, how and when they are best reached. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../api/client";
import { CHANNELS, channelName } from "../app/channels";
import { useApi, useFormats, useSay } from "../app/desk";
import { Button, IconButton } from "../ui/Button";
import { DataTable, type Column } from "../ui/DataTable";
import { Select, TextField } from "../ui/fields";
import { Icon } from "../ui/Icon";
import { AsyncBoundary } from "../ui/states";
import { EditForm } from "./FieldEdit";
import { useNameOf } from "./names";
import { hoursShown, weekday } from "./ProfileFields";
import { contactKey, useKept, type Contact } from "./queries";
import { Line, Lines, Section } from "./Section";
import styles from "./contact.module.css";

type Consent = Contact["consents"][number];
const PURPOSES = ["service", "marketing", "survey", "transcript", "recording"] as const;
const STATES = ["granted", "withdrawn", "asked"] as const;
const ANY = "any";
const GLYPHS = { granted: "check", withdrawn: "close", asked: "clock" } as const;
const TONES = { granted: "ok", withdrawn: "bad", asked: "muted" } as const;

export function Consents({ contact }: { contact: Contact }) {
  const [say, formats, nameOf] = [useSay(), useFormats(), useNameOf()];
  const [adding, setAdding] = useState(false);
  const [all, setAll] = useState(false);
  const channel = (id: string) => (id === ANY ? say("contact.any_channel") : channelName(id, say));
  const columns: Column<Consent>[] = [
    { id: "channel", title: say("contact.channel"), cell: (one) => channel(one.channel) },
    { id: "purpose", title: say("contact.purpose"), cell: (one) => <span className={styles["whole"]}>{say(`contact.purpose.${one.purpose}`)}</span> },
    {
      id: "state",
      title: say("contact.consent"),
      cell: (one) => (
        <span className={`${styles["mark"]} ${styles["whole"]} ${styles[TONES[one.state]]}`}>
          <Icon name={GLYPHS[one.state]} size={16} />
          {say(`contact.consent.${one.state}`)}
        </span>
      ),
    },
    { id: "at", title: say("contact.since"), cell: (one) => <span className={styles["whole"]}>{formats.date(one.at)}</span> },
    { id: "from", title: say("contact.from"), cell: (one) => [one.source, nameOf(one.by), one.note].filter(Boolean).join(" · ") },
  ];
  const rows = all ? [...contact.consent_history].reverse() : contact.consents;
  const more = contact.consent_history.length > contact.consents.length;
  return (
    <Section
      title={say("contact.consents")}
      aside={!adding && <IconButton icon="plus" label={say("contact.add_consent")} onPress={() => setAdding(true)} />}
    >
      <DataTable
        caption={say(all ? "contact.consent_history" : "contact.consents")}
        columns={columns}
        rows={rows}
        keyOf={(one) => `${one.channel}${one.purpose}${one.state}${one.at}`}
        empty={say("contact.no_consents")}
      />
      {more && (
        <div>
          <Button kind="quiet" onPress={() => setAll(!all)}>
            {say(all ? "contact.consents_now" : "contact.consent_history")}
          </Button>
        </div>
      )}
      {adding && <ConsentForm contact={contact} onDone={() => setAdding(false)} />}
    </Section>
  );
}

function ConsentForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const [say, api, kept] = [useSay(), useApi(), useKept()];
  const [channel, setChannel] = useState(ANY);
  const [purpose, setPurpose] = useState<Schemas["Purpose"]>("service");
  const [state, setState] = useState<Schemas["ConsentState"]>("granted");
  const [source, setSource] = useState("");
  const [note, setNote] = useState("");
  const add = useMutation({
    mutationFn: () =>
      told(
        api.POST("/contacts/{contact_id}/consents", {
          params: { path: { contact_id: contact.id } },
          body: { channel, purpose, state, source: source.trim(), note: note.trim(), at: null },
        }),
      ),
    onSuccess: (changed) => {
      kept(changed);
      onDone();
    },
  });
  const channels = [{ id: ANY, label: say("contact.any_channel") }, ...CHANNELS.map((id) => ({ id, label: channelName(id, say) }))];
  return (
    <EditForm fault={add.error} saving={add.isPending} onDone={onDone} onSave={() => add.mutate()}>
      <div className={styles["grid"]}>
        <Select label={say("contact.channel")} choices={channels} value={channel} onChange={setChannel} />
        <Select label={say("contact.purpose")} choices={PURPOSES.map((id) => ({ id, label: say(`contact.purpose.${id}`) }))} value={purpose} onChange={setPurpose} />
        <Select label={say("contact.consent")} choices={STATES.map((id) => ({ id, label: say(`contact.consent.${id}`) }))} value={state} onChange={setState} />
        <TextField label={say("contact.consent_source")} hint={say("contact.consent_source_hint")} value={source} onChange={setSource} maxLength={60} isRequired />
        <TextField label={say("contact.consent_note")} value={note} onChange={setNote} maxLength={500} />
      </div>
    </EditForm>
  );
}

/** The bar that nobody overlooks, and the way to lift it. */
export function SilenceBar({ contact }: { contact: Contact }) {
  const [say, formats, nameOf] = [useSay(), useFormats(), useNameOf()];
  const silence = useSilence(contact);
  if (contact.do_not_contact === null) return null;
  const { reason, by, at } = contact.do_not_contact;
  return (
    <div className={styles["silence"]} role="note">
      <Icon name="warning" />
      <span>{[say("contact.silent"), reason, nameOf(by), formats.date(at)].filter(Boolean).join(" · ")}</span>
      <Button isPending={silence.isPending} onPress={() => silence.mutate(null)}>
        {say("contact.lift_silence")}
      </Button>
    </div>
  );
}

/** `null` lifts it. */
export function useSilence(contact: Contact, done?: () => void) {
  const [api, kept] = [useApi(), useKept()];
  return useMutation({
    mutationFn: (reason: string | null) =>
      told(
        api.POST("/contacts/{contact_id}/do-not-contact", {
          params: { path: { contact_id: contact.id } },
          body: { reason, version: contact.version },
        }),
      ),
    onSuccess: (changed) => {
      kept(changed);
      done?.();
    },
  });
}

export function Habits({ contactId }: { contactId: string }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const habits = useQuery({
    queryKey: [...contactKey(contactId), "preferences"],
    queryFn: () => told(api.GET("/contacts/{contact_id}/preferences", { params: { path: { contact_id: contactId } } })),
  });
  return (
    <Section title={say("contact.habits")}>
      <AsyncBoundary query={habits}>
        {({ channel, channel_source, hours, hours_source, learned }) => (
          <Lines>
            <Line name={say("contact.best_channel")}>
              {channel === null ? <span className={styles["none"]}>{say("contact.unknown")}</span> : channelName(channel, say)}
              {channel_source && <span className={styles["meta"]}>{say(`contact.habit.${channel_source}`)}</span>}
            </Line>
            <Line name={say("contact.best_hours")}>
              {Object.keys(hours).length === 0 ? (
                <span className={styles["none"]}>{say("contact.unknown")}</span>
              ) : (
                <span className={styles["value"]}>{hoursShown(hours, formats.locale)}</span>
              )}
              {hours_source && <span className={styles["meta"]}>{say(`contact.habit.${hours_source}`)}</span>}
            </Line>
            <Line name={say("contact.learned")}>
              <span className={styles["meta"]}>
                {[
                  say("contact.learned_from", { n: learned.openings }),
                  ...learned.hours
                    .slice(0, 3)
                    .map((each) => `${each.weekday === null ? "" : `${weekday(String(each.weekday), formats.locale)} `}${each.hour}:00 (${each.count})`),
                ].join(" · ")}
              </span>
            </Line>
          </Lines>
        )}
      </AsyncBoundary>
    </Section>
  );
}
