/** Files: uploaded to the desk's store first, then sent as messages. */

import type { Api } from "./api";
import type { Written } from "./api";

export const MOST_BYTES = 25 * 1024 * 1024;
const UNKNOWN = "application/octet-stream";
const FORM = /^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,120}$/;

export type Sent = NonNullable<Written["attachments"]>[number];

export async function uploaded(api: Api, file: File, done: (share: number) => void): Promise<Sent> {
  const kind = file.type.toLowerCase();
  const mime = FORM.test(kind) ? kind : UNKNOWN;
  const { upload_id, url } = await api.upload(mime, file.size);
  await put(url, mime, file, done);
  return { upload_id, mime, name: file.name.slice(0, 255), size: file.size };
}

/** Of all ways to ask, this one alone tells how far it is. */
function put(url: string, mime: string, file: File, done: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", mime);
    request.upload.onprogress = ({ loaded, total }) => done(total > 0 ? loaded / total : 0);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(String(request.status))));
    request.onerror = () => reject(new TypeError("no line"));
    request.send(file);
  });
}
