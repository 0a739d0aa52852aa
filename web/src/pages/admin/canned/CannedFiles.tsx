/** The files of a canned response: they go with it, and are kept for good. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileTrigger } from "react-aria-components";
import { told, type Api } from "../../../api/client";
import { useApi, useFormats, useSay } from "../../../app/desk";
import { Button } from "../../../ui/Button";
import { Panel } from "../../../ui/Page";
import { Refusal } from "../parts/SaveBar";
import form from "../parts/parts.module.css";
import { CANNED, type CannedText } from "./Canned";

const KILO = 1_000;

export function CannedFiles({ text }: { text: CannedText }) {
  const [say, api, cache, formats] = [useSay(), useApi(), useQueryClient(), useFormats()];
  const again = () => void cache.invalidateQueries({ queryKey: CANNED });
  const change = (part: { add_attachments?: string[]; remove_attachments?: number[] }) =>
    told(
      api.PATCH("/canned-responses/{canned_response_id}", {
        params: { path: { canned_response_id: text.id } },
        body: { ...part, version: text.version },
      }),
    );
  const adding = useMutation({
    mutationFn: async (files: readonly File[]) => change({ add_attachments: await Promise.all(files.map((file) => put(api, file))) }),
    onSettled: again,
  });
  const removing = useMutation({ mutationFn: (place: number) => change({ remove_attachments: [place] }), onSettled: again });
  const isBusy = adding.isPending || removing.isPending;
  return (
    <Panel title={say("canned.files")}>
      {text.attachments.length === 0 && <p className={form["hint"]}>{say("canned.no_files")}</p>}
      <ul className={form["rows"]}>
        {text.attachments.map((file, place) => (
          <li key={`${place}${file.name}`} className={form["row-head"]}>
            <span>
              {file.name ?? file.mime}{" "}
              {file.size_bytes !== null && `· ${formats.number(Math.ceil(file.size_bytes / KILO), { style: "unit", unit: "kilobyte" })}`}
            </span>
            {text.editable && (
              <Button
                kind="quiet"
                icon="remove"
                isDisabled={isBusy}
                onPress={() => removing.mutate(place)}
                aria-label={`${say("canned.remove")}: ${file.name ?? file.mime}`}
              >
                {say("canned.remove")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Refusal fault={adding.error ?? removing.error} />
      {text.editable && (
        <div>
          <FileTrigger allowsMultiple onSelect={(files) => files && files.length > 0 && adding.mutate([...files])}>
            <Button icon="plus" isPending={isBusy}>
              {say("canned.add_file")}
            </Button>
          </FileTrigger>
        </div>
      )}
    </Panel>
  );
}

/** Straight into the store; the API takes it by its id. */
async function put(api: Api, file: File): Promise<string> {
  const upload = await told(
    api.POST("/uploads", { body: { name: file.name, mime: file.type || "application/octet-stream", size_bytes: file.size } }),
  );
  const headers = Object.entries(upload.headers).filter(([name]) => name.toLowerCase() !== "content-length");
  const answer = await fetch(upload.url, { method: upload.method, headers: Object.fromEntries(headers), body: file });
  if (!answer.ok) throw new Error(String(answer.status));
  return upload.id;
}
