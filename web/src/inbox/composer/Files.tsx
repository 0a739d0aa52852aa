/** Files of the draft: how far each is, and a way to take it off again. */

import { useEffect } from "react";
import { useApi, useFormats, useSay } from "../../app/desk";
import type { DraftFile } from "../../desk/draftWords";
import { isLost, isReady, stopUpload, upload, useUpload } from "../../desk/uploads";
import { FileState } from "./FileState";
import { useWork } from "./work";
import styles from "./Composer.module.css";

export function Files() {
  const say = useSay();
  const { draft } = useWork();
  if (draft.files.length === 0) return null;
  return (
    <ul className={styles["files"]} aria-label={say("composer.files")}>
      {draft.files.map((file) => (
        <FileChip key={file.id} file={file} />
      ))}
    </ul>
  );
}

function FileChip({ file }: { file: DraftFile }) {
  const [api, formats] = [useApi(), useFormats()];
  const { change, drafts, conversation, mode } = useWork();
  const state = useUpload(file.id);
  const files = () => drafts.get(conversation.id, mode).files;
  const begin = () =>
    upload(api, file, (id, until) => {
      const { changedAt } = drafts.get(conversation.id, mode);
      change({ files: files().map((each) => (each.id === file.id ? { ...each, upload: id, until } : each)), changedAt });
    });
  useEffect(() => {
    // Not uploaded yet, or too long ago: begun anew from what this browser has kept.
    if (!isReady(file) && state === undefined) begin();
  });
  const remove = () => {
    stopUpload(file.id);
    change({ files: files().filter((each) => each.id !== file.id) });
  };
  const failed = state?.failed ?? null;
  return (
    <li className={styles["file"]} data-failed={failed !== null || isLost(file)}>
      <FileState file={file} begin={begin} remove={remove}>
        <span className={styles["fileName"]}>
          <bdi>{file.name}</bdi> {file.size > 0 && <span className={styles["muted"]}>{sizeOf(file.size, formats)}</span>}
        </span>
      </FileState>
    </li>
  );
}

const KILO = 1024;

function sizeOf(bytes: number, formats: ReturnType<typeof useFormats>): string {
  const [value, unit] = bytes < KILO * KILO ? [bytes / KILO, "kilobyte"] : [bytes / (KILO * KILO), "megabyte"];
  return formats.number(value, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 ? 1 : 0 });
}
