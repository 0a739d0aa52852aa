export { LiveClient, type Effect, type Frame, type Snapshot } from "./client.js";
export type { Missed } from "./following.js";
export { Outbox, type Send, type SendEffect } from "./outbox.js";
export type * from "./protocol.js";
export { Store, thread, workOf, type Named, type Thing } from "./store.js";
export type { Topic } from "./topic.js";
