/** Holidays of a calendar file: read by the API, shown, then taken into what is being edited. */

import { useMutation } from "@tanstack/react-query";
import { FileTrigger } from "react-aria-components";
import { told } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Refusal } from "../parts/SaveBar";
import type { Calendar } from "./week";
import styles from "./Hours.module.css";

const MAX_TEXT = 200_000;

interface Props {
  calendar: Calendar;
  take: (closed: Readonly<Record<string, string>>) => void;
}

export function ImportHolidays({ calendar, take }: Props) {
  const [say, api, formats] = [useSay(), useApi(), useFormats("UTC")];
  const look = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > MAX_TEXT * 4) throw new Error(say("hours.import_large"));
      const ics = await file.text();
      if (ics.length > MAX_TEXT) throw new Error(say("hours.import_large"));
      const path = { params: { path: { hours_id: calendar.id } } };
      const found = await told(api.POST("/hours/{hours_id}/holidays", { ...path, body: { ics, version: calendar.version, dry_run: true } }));
      return { found, name: file.name };
    },
  });
  const seen = look.data;
  const dates = Object.entries(seen?.found.closed ?? {}).sort(([one], [other]) => one.localeCompare(other));
  return (
    <>
      <div className={styles["tools"]}>
        <FileTrigger acceptedFileTypes={[".ics", "text/calendar"]} onSelect={(files) => files?.[0] && look.mutate(files[0])}>
          <Button icon="schedule" isPending={look.isPending}>
            {say("hours.import")}
          </Button>
        </FileTrigger>
      </div>
      {look.error && look.error.message === say("hours.import_large") ? <p className={styles["fault"]}>{look.error.message}</p> : <Refusal fault={look.error} />}
      {seen && (
        <Dialog title={say("hours.import_title", { file: seen.name })} isOpen wide onClose={look.reset}>
          <p>{dates.length === 0 ? say("hours.import_none") : say("hours.import_closed", { n: dates.length })}</p>
          <ul className={styles["dates"]}>
            {dates.map(([date, name]) => (
              <li key={date}>
                {formats.date(`${date}T00:00:00Z`)} · {name}
              </li>
            ))}
          </ul>
          {seen.found.known.length > 0 && <p className={styles["note"]}>{say("hours.import_known", { n: seen.found.known.length })}</p>}
          {seen.found.skipped.length > 0 && <p className={styles["note"]}>{say("hours.import_skipped", { names: seen.found.skipped.join(" · ") })}</p>}
          <div className={styles["end"]}>
            <Button onPress={look.reset}>{say("admin.cancel")}</Button>
            <Button
              kind="primary"
              isDisabled={dates.length === 0}
              onPress={() => {
                take(seen.found.closed);
                look.reset();
              }}
            >
              {say("hours.import_take")}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
