/** The simulators' control API, as the page's own server hands it on. */

import type { Deed, Json } from "./kinds";

export class Refused extends Error {}

export async function asked<Answer = Json>(method: string, path: string, body?: Json): Promise<Answer> {
  const answer = await fetch(`/sim${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const told = (await answer.json().catch(() => ({}))) as Json;
  if (!answer.ok) throw new Refused(String((told["error"] as Json | undefined)?.["detail"] ?? answer.status));
  return told as Answer;
}

export const done = (place: string, { method, path, body }: Deed): Promise<Json> => asked(method, place + path, body);

/** Registered accounts by channel: of what each is asked for there is one at least. */
export async function accounts(): Promise<Record<string, string[]>> {
  const health = await asked("GET", "/health");
  return Object.fromEntries(Object.entries(health).flatMap(([name, ids]) => (Array.isArray(ids) ? [[name, ids.map(String)]] : [])));
}

export function base64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("it cannot be read"));
    reader.readAsDataURL(file);
  });
}
