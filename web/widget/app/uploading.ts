/** Files: uploaded to the desk's store first, then sent as messages. */

import { Refused, type Api, type Written } from "./api";
import type { Upload } from "./state";

export const MOST_BYTES = 25 * 1024 * 1024;
const UNKNOWN = "application/octet-stream";
const FORM = /^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,120}$/;

export type Sent = NonNullable<Written["attachments"]>[number];

async function uploaded(api: Api, file: File, done: (share: number) => void): Promise<Sent> {
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

export interface Uploading {
  api: Api;
  /** There is a session. */
  ready(): Promise<void>;
  show(change: (uploads: readonly Upload[]) => readonly Upload[]): void;
  send(file: Sent): void;
}

export interface Words {
  tooLarge: string;
  failed: string;
}

export class Files {
  constructor(private readonly desk: Uploading) {}

  /** One after the other, in their order. */
  async attach(files: File[], words: Words): Promise<void> {
    for (const file of files) await this.one(file, words);
  }

  dismiss(key: string): void {
    this.desk.show((uploads) => uploads.filter((each) => each.key !== key));
  }

  private async one(file: File, words: Words): Promise<void> {
    const of = { key: crypto.randomUUID(), name: file.name, reason: "" };
    if (file.size > MOST_BYTES || file.size === 0) return this.show({ ...of, done: null, reason: words.tooLarge });
    this.show({ ...of, done: 0 });
    try {
      await this.desk.ready();
      const sent = await uploaded(this.desk.api, file, (done) => this.show({ ...of, done }));
      this.dismiss(of.key);
      this.desk.send(sent);
    } catch (fault) {
      this.show({ ...of, done: null, reason: fault instanceof Refused ? fault.detail : words.failed });
    }
  }

  private show(upload: Upload): void {
    this.desk.show((uploads) => [...uploads.filter((each) => each.key !== upload.key), upload]);
  }
}
