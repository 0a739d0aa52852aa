/** What is rare and weighs much: silence, giving out what is known, erasing. */

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { told } from "../../api/client";
import { atLeast, useApi, useMe, useSay } from "../../app/desk";
import { EditForm } from "../../contact/FieldEdit";
import { FileButton, JobProgress } from "../../contact/Jobs";
import type { Contact } from "../../contact/queries";
import { Refusal } from "../../contact/Refusal";
import { useSilence } from "../../contact/Wishes";
import { Button } from "../../ui/Button";
import buttons from "../../ui/Button.module.css";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/fields";
import fields from "../../ui/fields.module.css";
import { Icon } from "../../ui/Icon";
import styles from "../../contact/contact.module.css";
import { EraseDialog } from "./EraseDialog";

type Act = "silence" | "export" | "erase";

export function ContactMenu({ contact }: { contact: Contact }) {
  const [say, me] = [useSay(), useMe()];
  const [open, setOpen] = useState<Act | null>(null);
  const acts: Act[] = [...(contact.do_not_contact === null ? ["silence" as const] : []), ...(atLeast(me.role, "admin") ? (["export", "erase"] as const) : [])];
  const close = () => setOpen(null);
  return (
    <>
      {acts.length > 0 && (
        <MenuTrigger>
          <AriaButton className={`${buttons["button"]} ${buttons["plain"]}`} aria-label={say("contacts.more_acts")}>
            <Icon name="more" />
          </AriaButton>
          <Popover className={fields["popover"] ?? ""} placement="bottom end">
            <Menu className={fields["list"] ?? ""} onAction={(key) => setOpen(key as Act)}>
              {acts.map((act) => (
                <MenuItem key={act} id={act} className={fields["option"] ?? ""}>
                  {say(`contacts.act.${act}`)}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      {open === "silence" && <SilenceDialog contact={contact} onDone={close} />}
      {open === "export" && <DataDialog contact={contact} onDone={close} />}
      {open === "erase" && <EraseDialog contact={contact} onDone={close} />}
    </>
  );
}

function SilenceDialog({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const say = useSay();
  const [reason, setReason] = useState("");
  const silence = useSilence(contact, onDone);
  return (
    <Dialog title={say("contacts.act.silence")} isOpen onClose={onDone}>
      <p>{say("contacts.silence_text")}</p>
      <EditForm fault={silence.error} saving={silence.isPending} onDone={onDone} onSave={() => silence.mutate(reason.trim())}>
        <TextField label={say("contact.why")} value={reason} onChange={setReason} maxLength={200} isRequired autoFocus />
      </EditForm>
    </Dialog>
  );
}

function DataDialog({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const [say, api] = [useSay(), useApi()];
  const gather = useMutation({
    mutationFn: () => told(api.POST("/contacts/{contact_id}/personal-data", { params: { path: { contact_id: contact.id } } })),
  });
  const path = { job_id: gather.data?.id ?? "" };
  return (
    <Dialog title={say("contacts.act.export")} isOpen onClose={onDone}>
      <p>{say("contacts.data_text")}</p>
      <Refusal fault={gather.error} />
      {gather.data && (
        <JobProgress id={gather.data.id} title={say("contacts.gathering")}>
          {() => <FileButton get={() => told(api.GET("/privacy/exports/{job_id}", { params: { path } }))}>{say("contacts.download")}</FileButton>}
        </JobProgress>
      )}
      <div className={`${styles["actions"]} ${styles["end"]}`}>
        <Button onPress={onDone}>{say("contacts.close")}</Button>
        {!gather.data && (
          <Button kind="primary" isPending={gather.isPending} onPress={() => gather.mutate()}>
            {say("contacts.gather")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
