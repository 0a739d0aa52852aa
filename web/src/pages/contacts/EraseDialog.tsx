/** Erasing a person: what would go is counted first; it cannot be taken back, so the name of the thing is typed. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { told, type Schemas } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import { JobProgress, type Job } from "../../contact/Jobs";
import type { Contact } from "../../contact/queries";
import { Refusal } from "../../contact/Refusal";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import { Failure, Skeleton } from "../../ui/states";
import styles from "../../contact/contact.module.css";

interface Props {
  contact: Contact;
  onDone: () => void;
}

export function EraseDialog({ contact, onDone }: Props) {
  const [say, api] = [useSay(), useApi()];
  const [asked, setAsked] = useState<Schemas["AskedView"] | null>(null);
  const [, go] = useLocation();
  const preview = useQuery({
    queryKey: ["erasure-preview", contact.id],
    queryFn: () => told(api.POST("/contacts/{contact_id}/erasure/preview", { params: { path: { contact_id: contact.id } } })),
    // Each is a count of its own.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const close = () => {
    onDone();
    if (asked) go("/contacts");
  };
  return (
    <Dialog title={say("contacts.act.erase")} isOpen alert wide onClose={close}>
      {asked ? (
        <JobProgress id={asked.job.id} title={say("contacts.erasing")}>
          {() => (
            <>
              <p>{say("contacts.erased", { id: asked.erasure.id })}</p>
              <div className={`${styles["actions"]} ${styles["end"]}`}>
                <Button onPress={close}>{say("contacts.close")}</Button>
              </div>
            </>
          )}
        </JobProgress>
      ) : (
        <>
          <p>{say("contacts.erase_text")}</p>
          {preview.error && <Failure fault={preview.error} retry={() => void preview.refetch()} />}
          {preview.isPending && <Skeleton lines={3} />}
          {preview.data && (
            <JobProgress id={preview.data.id} title={say("contacts.counting")}>
              {(job) => <Confirm contact={contact} job={job} onAsked={setAsked} onDone={onDone} />}
            </JobProgress>
          )}
        </>
      )}
    </Dialog>
  );
}

function Confirm({ contact, job, onAsked, onDone }: Props & { job: Job; onAsked: (asked: Schemas["AskedView"]) => void }) {
  const [say, api] = [useSay(), useApi()];
  const [confirmation, setConfirmation] = useState("");
  const [reason, setReason] = useState("");
  const counts = Object.entries((job.result["counts"] ?? {}) as Record<string, number>);
  const held = job.result["legal_hold"];
  const shared = ((job.result["shared_conversation_ids"] ?? []) as unknown[]).length;
  const erase = useMutation({
    mutationFn: () =>
      told(
        api.POST("/contacts/{contact_id}/erasure", {
          params: { path: { contact_id: contact.id } },
          body: { confirmation: confirmation.trim(), reason: reason.trim() },
        }),
      ),
    onSuccess: onAsked,
  });
  const ready = confirmation.trim() === contact.id && reason.trim() !== "";
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) erase.mutate();
      }}
    >
      <ul className={styles["big"]}>
        {counts.map(([store, n]) => (
          <li key={store}>
            <code>{store}</code> {n}
          </li>
        ))}
      </ul>
      {job.result["more"] === true && <p className={styles["meta"]}>{say("contacts.counted_more")}</p>}
      {typeof held === "string" && <p className={styles["bad"]}>{say("contacts.held", { why: held })}</p>}
      {shared > 0 && <p className={styles["bad"]}>{say("contacts.shared", { n: shared })}</p>}
      <TextField label={say("contacts.type_id", { id: contact.id })} value={confirmation} onChange={setConfirmation} autoComplete="off" />
      <TextField label={say("contact.why")} value={reason} onChange={setReason} maxLength={500} />
      <Refusal fault={erase.error} />
      <div className={`${styles["actions"]} ${styles["end"]}`}>
        <Button onPress={onDone}>{say("contact.cancel")}</Button>
        <Button kind="danger" type="submit" isDisabled={!ready} isPending={erase.isPending}>
          {say("contacts.erase")}
        </Button>
      </div>
    </form>
  );
}
