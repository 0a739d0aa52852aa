/** Files that somebody gives to the composer, by whichever way. */

import type { DraftFile } from "../../desk/draftWords";
import { uuid7 } from "../../desk/ids";

/** As the desk takes them (docs/api.md). */
export const MOST_FILES = 10;
export const MOST_BYTES = 100 * 1024 * 1024;

export type Unwanted = "too_many" | "too_large" | "empty";

export interface Sorted {
  files: DraftFile[];
  unwanted: Array<{ name: string; why: Unwanted }>;
}

export function sorted(given: readonly File[], there: number, id: () => string = uuid7): Sorted {
  const files: DraftFile[] = [];
  const unwanted: Sorted["unwanted"] = [];
  for (const file of given) {
    const why = file.size === 0 ? "empty" : file.size > MOST_BYTES ? "too_large" : there + files.length >= MOST_FILES ? "too_many" : null;
    if (why !== null) unwanted.push({ name: file.name, why });
    else files.push({ id: id(), name: file.name.slice(0, 200), mime: mimeOf(file.type), size: file.size, blob: file, upload: null, until: 0 });
  }
  return { files, unwanted };
}

/** Without what browsers add to it; what is unknown is bytes. */
const mimeOf = (type: string): string => {
  const mime = type.split(";")[0]?.trim() ?? "";
  return /^[a-zA-Z0-9][\w.+-]*\/[a-zA-Z0-9][\w.+-]*$/.test(mime) ? mime : "application/octet-stream";
};
