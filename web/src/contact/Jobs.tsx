/** Long work that was asked for: how far it is, what came of it. */

import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Label, ProgressBar } from "react-aria-components";
import { told, type Schemas } from "../api/client";
import { useApi, useFormats, useSay } from "../app/desk";
import { Button } from "../ui/Button";
import { Failure } from "../ui/states";
import { Refusal } from "./Refusal";
import { isOver, shareOf } from "./job";
import styles from "./contact.module.css";

export type Job = Schemas["JobView"];
const LOOK = 1_000;

/** Where jobs may be looked at: supervisors and administrators. */
export function JobProgress({ id, title, children }: { id: string; title: string; children: (job: Job) => ReactNode }) {
  const [say, api, formats] = [useSay(), useApi(), useFormats()];
  const job = useQuery({
    queryKey: ["job", id],
    queryFn: () => told(api.GET("/jobs/{job_id}", { params: { path: { job_id: id } } })),
    refetchInterval: ({ state }) => (state.data && isOver(state.data.state) ? false : LOOK),
  });
  if (job.data === undefined) return job.error ? <Failure fault={job.error} retry={() => void job.refetch()} /> : null;
  const { state, detail } = job.data;
  if (!isOver(state)) {
    const share = shareOf(job.data);
    return (
      <ProgressBar className={styles["progress"] ?? ""} {...(share === null ? { isIndeterminate: true } : { value: share * 100 })}>
        <Label>{title}</Label>
        <progress className={styles["bar"]} aria-hidden="true" {...(share === null ? {} : { value: share })} />
        <span className={styles["meta"]}>{share === null ? say("contact.job_begins") : formats.percent(share, 0)}</span>
      </ProgressBar>
    );
  }
  return (
    <div className={styles["stack"]} role="status">
      {state === "done" ? children(job.data) : <p className={styles["bad"]}>{detail || say(`contact.job.${state === "cancelled" ? "cancelled" : "failed"}`)}</p>}
    </div>
  );
}

/** Links of the API end after some minutes: one is asked for when somebody wants the file. */
export function FileButton({ get, children }: { get: () => Promise<{ url: string }>; children: ReactNode }) {
  const [fault, setFault] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const open = async () => {
    setAsking(true);
    setFault(null);
    try {
      saveFrom((await get()).url);
    } catch (refused) {
      setFault(refused);
    } finally {
      setAsking(false);
    }
  };
  return (
    <div className={styles["stack"]}>
      <div>
        <Button kind="primary" icon="download" isPending={asking} onPress={() => void open()}>
          {children}
        </Button>
      </div>
      <Refusal fault={fault} />
    </div>
  );
}

/** Has the browser save what an address gives. */
export function saveFrom(url: string, name = ""): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.rel = "noopener";
  link.target = "_blank";
  link.click();
}

/** Has the browser save a text. */
export function save(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  saveFrom(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
