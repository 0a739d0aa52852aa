/** Contacts from a file: looked at first, then taken. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton, FileTrigger } from "react-aria-components";
import { told, type Api, type Schemas } from "../../api/client";
import { Unreachable } from "../../api/problem";
import { useApi, useSay } from "../../app/desk";
import { FileButton, JobProgress, type Job } from "../../contact/Jobs";
import { Refusal } from "../../contact/Refusal";
import { DataTable, type Column } from "../../ui/DataTable";
import { Button } from "../../ui/Button";
import buttons from "../../ui/Button.module.css";
import { Dialog } from "../../ui/Dialog";
import { Select, TextField } from "../../ui/fields";
import styles from "../../contact/contact.module.css";
import { countsOf, faultsOf, formatOf, type Fault } from "./files";

type Body = Schemas["ImportBody"];
const MATCHES = ["update", "skip"] as const;

interface Plan {
  uploadId: string;
  body: Body;
}

/** The file goes straight to the store of files, by the address that the desk gives. */
async function upload(api: Api, file: File): Promise<string> {
  const mime = file.type || "text/csv";
  const ticket = await told(api.POST("/uploads", { body: { name: file.name, mime, size_bytes: file.size } }));
  const put = await fetch(ticket.url, { method: ticket.method, headers: ticket.headers, body: file }).catch(() => null);
  if (put === null || !put.ok) throw new Unreachable("the file was not taken");
  return ticket.id;
}

export function ImportDialog({ onDone }: { onDone: () => void }) {
  const [say, api, cache] = [useSay(), useApi(), useQueryClient()];
  const [file, setFile] = useState<File | null>(null);
  const [onMatch, setOnMatch] = useState<(typeof MATCHES)[number]>("update");
  const [region, setRegion] = useState("");
  const [plan, setPlan] = useState<Plan | null>(null);
  const [trial, setTrial] = useState<string | null>(null);
  const [real, setReal] = useState<string | null>(null);
  const look = useMutation({
    mutationFn: async (chosen: File) => {
      const uploadId = await upload(api, chosen);
      const body = { upload_id: uploadId, format: formatOf(chosen.name), on_match: onMatch, ...(region.trim() ? { region: region.trim().toUpperCase() } : {}) } as Body;
      const job = await told(api.POST("/contacts/imports", { body: { ...body, dry_run: true } }));
      return { job, plan: { uploadId, body } };
    },
    onSuccess: (found) => {
      setPlan(found.plan);
      setTrial(found.job.id);
    },
  });
  const take = useMutation({
    mutationFn: ({ uploadId, body }: Plan) => told(api.POST("/contacts/imports", { body: { ...body, dry_run: false, client_id: `import-${uploadId}` } })),
    onSuccess: (job) => setReal(job.id),
  });
  return (
    <Dialog title={say("contacts.import")} isOpen wide onClose={onDone}>
      {trial === null && (
        <div className={styles["form"]}>
          <p>{say("contacts.import_text")}</p>
          <div className={styles["row"]}>
            <FileTrigger acceptedFileTypes={[".csv", ".json", ".jsonl", ".txt"]} onSelect={(files) => setFile(files?.[0] ?? null)}>
              <AriaButton className={`${buttons["button"]} ${buttons["plain"]}`}>{say("contacts.choose_file")}</AriaButton>
            </FileTrigger>
            <bdi>{file?.name ?? say("contacts.no_file")}</bdi>
          </div>
          <div className={styles["grid"]}>
            <Select label={say("contacts.on_match")} choices={MATCHES.map((id) => ({ id, label: say(`contacts.on_match.${id}`) }))} value={onMatch} onChange={setOnMatch} />
            <TextField label={say("contacts.region")} hint={say("contacts.region_hint")} value={region} onChange={setRegion} maxLength={2} />
          </div>
          <Refusal fault={look.error} />
          <Actions onDone={onDone}>
            <Button kind="primary" isDisabled={file === null} isPending={look.isPending} onPress={() => file && look.mutate(file)}>
              {say("contacts.look")}
            </Button>
          </Actions>
        </div>
      )}
      {trial !== null && real === null && (
        <JobProgress id={trial} title={say("contacts.looking")}>
          {(job) => (
            <>
              <p>{say("contacts.looked")}</p>
              <Outcome job={job} />
              <Refusal fault={take.error} />
              <Actions onDone={onDone}>
                <Button kind="primary" isPending={take.isPending} onPress={() => plan && take.mutate(plan)}>
                  {say("contacts.take")}
                </Button>
              </Actions>
            </>
          )}
        </JobProgress>
      )}
      {real !== null && (
        <JobProgress id={real} title={say("contacts.taking")}>
          {(job) => (
            <>
              <p>{say("contacts.taken")}</p>
              <Outcome job={job} />
              <Actions
                onDone={() => {
                  void cache.invalidateQueries({ queryKey: ["contacts"] });
                  onDone();
                }}
              />
            </>
          )}
        </JobProgress>
      )}
    </Dialog>
  );
}

function Actions({ onDone, children }: { onDone: () => void; children?: React.ReactNode }) {
  const say = useSay();
  return (
    <div className={`${styles["actions"]} ${styles["end"]}`}>
      <Button onPress={onDone}>{say("contacts.close")}</Button>
      {children}
    </div>
  );
}

function Outcome({ job }: { job: Job }) {
  const [say, api] = [useSay(), useApi()];
  const columns: Column<Fault>[] = [
    { id: "row", title: say("contacts.row"), cell: (fault) => fault.row, number: true },
    { id: "field", title: say("contacts.field"), cell: (fault) => fault.field },
    { id: "why", title: say("contacts.why"), cell: (fault) => fault.error },
  ];
  const faults = faultsOf(job.problems);
  const errors = typeof job.result["errors_file"] === "string" ? { params: { path: { job_id: job.id } } } : null;
  return (
    <>
      <ul className={styles["big"]}>
        {countsOf(job.result).map(([name, n]) => (
          <li key={name}>{say(`contacts.count.${name}`, { n })}</li>
        ))}
      </ul>
      {faults.length > 0 && <DataTable caption={say("contacts.not_taken")} columns={columns} rows={faults} keyOf={(fault) => `${fault.row}${fault.field}${fault.error}`} />}
      {errors && <FileButton get={() => told(api.GET("/contacts/imports/{job_id}/errors", errors))}>{say("contacts.errors_file")}</FileButton>}
    </>
  );
}
