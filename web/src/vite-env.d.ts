/// <reference types="vite/client" />

declare module "virtual:catalogues" {
  import type { Messages } from "@lingui/core";
  type Fetch = () => Promise<{ default: Messages }>;
  /** By language and group: build/messages.ts. */
  const catalogues: Record<"en" | "zh-Hant" | "zh-Hans" | "ru", Record<"first" | "admin" | "managing" | "customers" | "playing", Fetch>>;
  export default catalogues;
}

declare module "virtual:emoji" {
  type Fetch = () => Promise<{ default: ReadonlyArray<readonly [sign: string, name: string, words: string, short: string]> }>;
  /** By language: build/emoji.ts. */
  const emoji: Record<"en" | "zh-Hant" | "zh-Hans" | "ru", Fetch>;
  export default emoji;
}

declare module "virtual:ids/*" {
  /** Of an area's texts: build/messages.ts. */
  const ids: readonly string[];
  export default ids;
}

declare module "virtual:messages/*" {
  import type { Messages } from "@lingui/core";
  const messages: Messages;
  export default messages;
}
