/** Files: uploaded to the desk's store first, then sent as messages. */

import type { Language } from "../../src/i18n/languages";
import type { KeptFile } from "../shared/files";
import { Refused, type Api, type Written } from "./api";
import type { Upload } from "./state";
import { sayer } from "./words";

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

const isWhole = (file: File): boolean => file.size > 0 && file.size <= MOST_BYTES;

export interface Uploading {
  api: Api;
  /** There is a session. */
  ready(): Promise<void>;
  language(): Language;
  /** For the next page, until it has arrived or is not wanted: null. */
  keep(key: string, file: File | null): void;
  show(change: (uploads: readonly Upload[]) => readonly Upload[]): void;
  send(file: Sent): void;
}

export class Files {
  constructor(private readonly desk: Uploading) {}

  /** One after the other, in their order. */
  async attach(files: File[]): Promise<void> {
    const kept = files.map((file) => ({ key: crypto.randomUUID(), file }));
    for (const { key, file } of kept) if (isWhole(file)) this.desk.keep(key, file);
    await this.goOn(kept);
  }

  /** What an earlier page could not upload, too. */
  async goOn(files: readonly KeptFile[]): Promise<void> {
    for (const { key, file } of files) await this.one(key, file);
  }

  dismiss(key: string): void {
    this.desk.keep(key, null);
    this.hide(key);
  }

  private async one(key: string, file: File): Promise<void> {
    const [of, say] = [{ key, name: file.name, reason: "" }, sayer(this.desk.language())];
    if (!isWhole(file)) return this.show({ ...of, done: null, reason: say("widget.too_large") });
    this.show({ ...of, done: 0 });
    try {
      await this.desk.ready();
      const sent = await uploaded(this.desk.api, file, (done) => this.show({ ...of, done }));
      this.hide(key);
      // The message first: it is kept before its file is forgotten.
      this.desk.send(sent);
      this.desk.keep(key, null);
    } catch (fault) {
      // Where there was no line the next page tries again.
      if (fault instanceof Refused) this.desk.keep(key, null);
      this.show({ ...of, done: null, reason: fault instanceof Refused ? fault.detail : say("widget.not_uploaded") });
    }
  }

  private hide(key: string): void {
    this.desk.show((uploads) => uploads.filter((each) => each.key !== key));
  }

  private show(upload: Upload): void {
    this.desk.show((uploads) => [...uploads.filter((each) => each.key !== upload.key), upload]);
  }
}
