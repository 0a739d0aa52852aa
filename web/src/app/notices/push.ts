/** This browser as one that takes pushes: asked from a button alone, registered with the desk, taken away again. */

import { told, type Api } from "../../api/client";
import { leaveWords, takeWords, type PushWords } from "./pushWords";

export type PushState = "unable" | "denied" | "off" | "on";

const WORKER = "/push.js";
/** The desk's id of this browser, and who it was for. */
const KEY = "parley.push";

export const canPush = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(id: string | null): void {
  try {
    if (id === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, id);
  } catch {
    // Then the desk forgets it when the browser does.
  }
}

export function pushState(known: ReadonlyArray<{ id: string }>): PushState {
  if (!canPush()) return "unable";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && known.some((each) => each.id === kept()) ? "on" : "off";
}

/** Throws where the browser or its push service does not take part; `denied` where the person said no. */
export async function startPush(api: Api, name: string, words: PushWords): Promise<"on" | "denied"> {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  await navigator.serviceWorker.register(WORKER);
  const registration = await navigator.serviceWorker.ready;
  const { public_key } = await told(api.GET("/me/push-key"));
  const old = await registration.pushManager.getSubscription();
  // The desk may have another key by now; a browser keeps one subscription.
  if (old !== null && keyOf(old) !== public_key) await old.unsubscribe();
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: public_key });
  const { endpoint, keys } = made.toJSON();
  const body = { endpoint: endpoint ?? "", keys: { p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" }, name };
  const stored = await told(api.POST("/me/push-subscriptions", { body }));
  keep(stored.id);
  await leaveWords(words);
  return "on";
}

/** The language may have been changed since. */
export async function keepTelling(words: PushWords): Promise<void> {
  if (canPush() && kept() !== null) await leaveWords(words);
}

function keyOf(subscription: PushSubscription): string {
  const bytes = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Also on signing out: what is told later is none of the next one's who sits here. */
export async function stopPush(api: Api): Promise<void> {
  const id = kept();
  if (id === null) return;
  keep(null);
  await takeWords();
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
  await told(api.DELETE("/me/push-subscriptions/{subscription_id}", { params: { path: { subscription_id: id } } }));
}

/** Shown by this browser while the page is hidden, under the name that a push of the same has: one of each. */
export async function showHidden(title: string, id: string, path: string): Promise<void> {
  if (!canPush() || kept() === null || Notification.permission !== "granted") return;
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  await registration?.showNotification(title, { tag: id, icon: "/icon.svg", data: { path } });
}

/** A pressed notification says where to go. */
export function onPressed(go: (path: string) => void): () => void {
  if (!("serviceWorker" in navigator)) return () => undefined;
  const heard = ({ data }: MessageEvent) => {
    const said = data as { parley?: unknown; path?: unknown } | null;
    if (said?.parley === "go" && typeof said.path === "string" && said.path.startsWith("/")) go(said.path);
  };
  navigator.serviceWorker.addEventListener("message", heard);
  return () => navigator.serviceWorker.removeEventListener("message", heard);
}
