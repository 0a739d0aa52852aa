/** Contacts into a file: all of them, or a segment's. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { told, type Schemas } from "../../api/client";
import { useApi, useSay } from "../../app/desk";
import { FileButton, JobProgress } from "../../contact/Jobs";
import { Refusal } from "../../contact/Refusal";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Select } from "../../ui/fields";
import styles from "../../contact/contact.module.css";

const FORMATS = ["csv", "json", "jsonl"] as const;
const NAMES = { csv: "CSV", json: "JSON", jsonl: "JSON Lines" } as const;
const EVERYBODY = "all";

export function ExportDialog({ onDone }: { onDone: () => void }) {
  const [say, api] = [useSay(), useApi()];
  const [format, setFormat] = useState<(typeof FORMATS)[number]>("csv");
  const [segment, setSegment] = useState(EVERYBODY);
  const [clientId] = useState(() => crypto.randomUUID());
  const segments = useQuery({ queryKey: ["contacts", "segments"], queryFn: () => told(api.GET("/segments")), staleTime: 60_000 });
  const choices = [{ id: EVERYBODY, label: say("contacts.everybody") }, ...(segments.data?.items ?? []).map(({ id, name }) => ({ id, label: name }))];
  const begin = useMutation({
    mutationFn: () =>
      told(
        api.POST("/contacts/exports", {
          body: { client_id: `${clientId}-${format}-${segment}`.slice(0, 100), format, segment_id: segment === EVERYBODY ? null : segment } as Schemas["ExportBody"],
        }),
      ),
  });
  const path = { job_id: begin.data?.id ?? "" };
  return (
    <Dialog title={say("contacts.export")} isOpen onClose={onDone}>
      {begin.data === undefined ? (
        <div className={styles["form"]}>
          <Select label={say("contacts.segment")} choices={choices} value={segment} onChange={setSegment} />
          <Select label={say("contacts.format")} choices={FORMATS.map((id) => ({ id, label: NAMES[id] }))} value={format} onChange={setFormat} />
          <Refusal fault={begin.error} />
        </div>
      ) : (
        <JobProgress id={begin.data.id} title={say("contacts.exporting")}>
          {(job) => (
            <>
              <p>{say("contacts.exported", { n: Number(job.result["rows"] ?? 0) })}</p>
              <FileButton get={() => told(api.GET("/contacts/exports/{job_id}/file", { params: { path } }))}>{say("contacts.download")}</FileButton>
            </>
          )}
        </JobProgress>
      )}
      <div className={`${styles["actions"]} ${styles["end"]}`}>
        <Button onPress={onDone}>{say("contacts.close")}</Button>
        {begin.data === undefined && (
          <Button kind="primary" isPending={begin.isPending} onPress={() => begin.mutate()}>
            {say("contacts.begin_export")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
