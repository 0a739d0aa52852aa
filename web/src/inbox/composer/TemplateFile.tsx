/** The file with which a template begins: chosen, uploaded, and looked at by the desk before it is sent. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef } from "react";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { DraftFile } from "../../desk/draftWords";
import { isReady, stopUpload, upload, useUpload } from "../../desk/uploads";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { sorted } from "./attaching";
import { judged } from "./check";
import { FileState } from "./FileState";
import { legWords } from "./legWords";
import type { Target } from "./row";
import { ACCEPTED, type FileKind } from "./templates";
import { useWork } from "./work";
import styles from "./Composer.module.css";

interface Props {
  kind: FileKind;
  file: DraftFile | null;
  onChange: (file: DraftFile | null) => void;
  /** Why the desk would refuse it. */
  refused: string | null;
}

export function TemplateFile({ kind, file, onChange, refused }: Props) {
  const say = useSay();
  const chooser = useRef<HTMLInputElement>(null);
  const label = useId();
  return (
    <div role="group" aria-labelledby={label} className={styles["templateFile"]}>
      <span id={label}>{say(`composer.template_${kind}`)}</span>
      <Button icon="attach" onPress={() => chooser.current?.click()}>
        {say(file === null ? "composer.template_choose" : "composer.template_other")}
      </Button>
      <input
        ref={chooser}
        type="file"
        accept={ACCEPTED[kind]}
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={(event) => {
          const { files } = sorted([...(event.currentTarget.files ?? [])].slice(0, 1), 0);
          event.currentTarget.value = "";
          if (files[0] !== undefined) onChange(files[0]);
        }}
      />
      {file !== null && <Chosen key={file.id} file={file} onChange={onChange} />}
      <div role="status">
        {refused !== null && (
          <p className={styles["fit"]} data-tone="bad">
            <Icon name="error" size={16} />
            <span>{refused}</span>
          </p>
        )}
      </div>
    </div>
  );
}

function Chosen({ file, onChange }: Pick<Props, "onChange"> & { file: DraftFile }) {
  const api = useApi();
  const state = useUpload(file.id);
  const newest = useRef(onChange);
  newest.current = onChange;
  const begin = () => upload(api, file, (id, until) => newest.current({ ...file, upload: id, until }));
  useEffect(() => {
    if (!isReady(file) && state === undefined) begin();
  });
  // Whoever closes the form, or chooses another one, does not wait for it.
  useEffect(() => () => stopUpload(file.id), [file.id]);
  return (
    <span className={styles["file"]} data-failed={(state?.failed ?? null) !== null}>
      <FileState file={file} begin={begin} remove={() => onChange(null)}>
        <bdi className={styles["fileName"]}>{file.name}</bdi>
      </FileState>
    </span>
  );
}

/** Why a template would not go with this file; null: it would, or there is none, or nobody has looked yet. */
export function useFileRefused(target: Target, content: Record<string, unknown>, file: DraftFile | null): string | null {
  const [api, say, formats] = [useApi(), useSay(), useFormats()];
  const { id } = useWork().conversation;
  const asked = file && { mime: file.mime, size_bytes: file.size, name: file.name };
  const found = useQuery({
    queryKey: ["template-file", id, target.legId, content["name"], content["language"], asked],
    queryFn: () => judged(api, id, { text: "", kind: "template", content, attachments: asked === null ? [] : [asked], leg_id: target.legId }, target, ""),
    enabled: asked !== null,
  });
  const why = found.data?.fits === false ? found.data.why : null;
  return why?.code === "unfit" && isOfFile(why.facts["why"]) ? legWords(why, target.channel, say, formats) : null;
}

/** What else is wrong is told beside its own field. */
const isOfFile = (why: unknown): boolean => typeof why === "string" && why.startsWith("file");
