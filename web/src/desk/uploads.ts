/** Files of drafts on their way to the desk: each goes on while its draft is not shown, and can be stopped. */

import { useCallback, useSyncExternalStore } from "react";
import { told, type Api } from "../api/client";
import { Problem } from "../api/problem";
import type { DraftFile } from "./draftWords";

export interface UploadState {
  /** From 0 to 1. */
  share: number;
  /** Why it failed; null: it is on its way. */
  failed: string | null;
}

const DAY = 24 * 3_600_000;
/** It may be named for a day: not to the last minute. */
const MARGIN = 10 * 60_000;

const states = new Map<string, UploadState>();
const stops = new Map<string, () => void>();
const listeners = new Set<() => void>();

export const isReady = (file: DraftFile, now: number = Date.now()): boolean => file.upload !== null && file.until - MARGIN > now;

/** It can still be had: its bytes are here, or the desk has them. */
export const isLost = (file: DraftFile, now: number = Date.now()): boolean => !isReady(file, now) && file.blob === null;

export function useUpload(id: string): UploadState | undefined {
  const listen = useCallback((told: () => void) => {
    listeners.add(told);
    return () => listeners.delete(told);
  }, []);
  return useSyncExternalStore(listen, () => states.get(id));
}

function show(id: string, state: UploadState | null): void {
  if (state === null) states.delete(id);
  else states.set(id, state);
  for (const told of listeners) told();
}

/** `done` with the upload's id. Begun already, it goes on. */
export function upload(api: Api, file: DraftFile, done: (upload: string, until: number) => void): void {
  if (file.blob === null || (states.get(file.id)?.failed ?? undefined) === null) return;
  show(file.id, { share: 0, failed: null });
  void send(api, file, file.blob).then(
    (id) => {
      show(file.id, null);
      done(id, Date.now() + DAY);
    },
    (fault: unknown) => {
      if (states.has(file.id)) show(file.id, { share: 0, failed: fault instanceof Problem ? fault.detail : "" });
    },
  );
}

export function stopUpload(id: string): void {
  show(id, null);
  stops.get(id)?.();
  stops.delete(id);
}

async function send(api: Api, file: DraftFile, blob: Blob): Promise<string> {
  const body = { name: file.name, mime: file.mime, size_bytes: file.size };
  const { id, url, headers } = await told(api.POST("/uploads", { body }));
  if (!states.has(file.id)) throw new Error("stopped");
  await put(file.id, url, headers, blob);
  return id;
}

/** Not by fetch, which tells no progress. */
function put(id: string, url: string, headers: Record<string, string>, blob: Blob): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    stops.set(id, () => request.abort());
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => states.has(id) && show(id, { share: total > 0 ? loaded / total : 0, failed: null });
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(String(request.status))));
    request.onerror = request.onabort = () => reject(new Error("line"));
    request.send(blob);
  });
}
