/** How the simulated provider of each channel is spoken to: docs/simulators.md. A channel more is a row more. */

export type Json = Record<string, unknown>;

/** What a phone can do besides writing. Each is a call: its path behind the customer's, and its body. */
export interface Deed {
  method: "POST" | "PUT";
  path: string;
  body: Json;
}

export interface File64 {
  name: string;
  mime: string;
  base64: string;
}

export interface Kind {
  channel: string;
  /** The customer at the account, below /sim. */
  place: (account: string, address: string) => string;
  /** An address that nobody has yet; `n` has six digits. */
  invent: (n: string) => string;
  /** Where the customer's screen is read: behind `place`. */
  screen: string;
  say: (text: string, name: string, newest: string | null) => Deed;
  file?: (file: File64, name: string) => Deed;
  read?: Deed;
  typing?: (on: boolean) => Deed;
  react?: (id: string, emoji: string) => Deed;
  edit?: (id: string, text: string) => Deed;
  remove?: (id: string) => Deed;
  block?: (on: boolean) => Deed;
}

const messages = (body: Json): Deed => ({ method: "POST", path: "/messages", body });
const action = (type: string, more: Json = {}): Deed => ({ method: "POST", path: "/actions", body: { type, ...more } });
const part = encodeURIComponent;

/** The customer's side of a chat app, as most simulators have it. */
function chat(channel: string, customers: (account: string) => string, invent: Kind["invent"], more: Partial<Kind> = {}): Kind {
  return {
    channel,
    place: (account, address) => `${customers(part(account))}/${part(address)}`,
    invent,
    screen: "/phone",
    say: (text, name) => messages({ text, name }),
    ...more,
  };
}

const kindOf = (mime: string, other: string): string => {
  const family = mime.split("/")[0] ?? "";
  return ["image", "audio", "video"].includes(family) ? family : other;
};

const meta = (channel: string) =>
  chat(channel, (account) => `/${channel}/accounts/${account}/customers`, (n) => `2000000${n}`, {
    file: ({ name, mime, base64 }) => messages({ type: kindOf(mime, "file"), content_base64: base64, filename: name, mime_type: mime }),
    read: { method: "POST", path: "/read", body: {} },
    react: (mid, emoji) => messages({ type: "reaction", mid, emoji }),
    remove: (mid) => messages({ type: "unsend", mid }),
  });

export const KINDS: readonly Kind[] = [
  chat("whatsapp", (account) => `/whatsapp/numbers/${account}/customers`, (n) => `4915550${n}`, {
    file: ({ name, mime, base64 }) => messages({ type: kindOf(mime, "document"), content_base64: base64, filename: name, mime_type: mime }),
    read: { method: "POST", path: "/read", body: {} },
    react: (message_id, emoji) => messages({ type: "reaction", message_id, emoji }),
    edit: (message_id, text) => messages({ type: "edit", message_id, text }),
    remove: (message_id) => messages({ type: "revoke", message_id }),
    block: (on) => ({ method: "PUT", path: "", body: { reachable: !on } }),
  }),
  meta("messenger"),
  meta("instagram"),
  chat("telegram", (account) => `/telegram/${account}/chats`, (n) => `5000${n}`, {
    file: ({ name, mime, base64 }) => messages({ type: mime.startsWith("image/") ? "photo" : "document", content_base64: base64, file_name: name, mime_type: mime }),
    react: (id, emoji) => action("react", { message_id: Number(id), emoji }),
    edit: (id, text) => action("edit", { message_id: Number(id), text }),
    block: (on) => action(on ? "block" : "unblock"),
  }),
  chat("line", (account) => `/line/${account}/chats`, (n) => `U${n.padStart(32, "0")}`, {
    say: (text) => messages({ text }),
    file: ({ name, mime, base64 }) => messages({ type: kindOf(mime, "file"), content_base64: base64, file_name: name }),
    remove: (message_id) => action("unsend", { message_id }),
    block: (on) => action(on ? "unfollow" : "follow"),
  }),
  chat("viber", (account) => `/viber/${account}/people`, (n) => `Rk${n}AbCd==`, {
    say: (text) => messages({ text }),
    block: (on) => action(on ? "unsubscribe" : "subscribe"),
  }),
  chat("wechat", (account) => `/wechat/${account}/followers`, (n) => `oA1b${n}`, {
    say: (text) => messages({ text }),
    block: (on) => action(on ? "unsubscribe" : "subscribe"),
  }),
  chat("apple", (account) => `/apple/${account}/customers`, (n) => `urn:mbid:${n}`, {
    say: (text) => messages({ text }),
    file: ({ name, mime, base64 }) => messages({ files: [{ name, mime, content_base64: base64 }] }),
    typing: (on) => action(on ? "typing_start" : "typing_end"),
    block: (on) => (on ? action("close") : messages({ text: "…" })),
  }),
  chat("sms", (account) => `/sms/${account}/phones`, (n) => `+1555017${n.slice(-4)}`, {
    say: (text) => messages({ text }),
    file: ({ mime, base64 }) => messages({ media: [{ mime, content: base64 }] }),
    block: (on) => messages({ text: on ? "STOP" : "START" }),
  }),
  {
    channel: "email",
    place: (account, address) => `/email/${part(account)}/mailboxes/${part(address)}`,
    invent: (n) => `customer.${n}@example.test`,
    screen: "/messages",
    say: (text, name, newest) =>
      newest === null
        ? messages({ text, name, subject: text.split("\n")[0]?.slice(0, 60) ?? "" })
        : { method: "POST", path: `/messages/${part(newest)}/answers`, body: { text } },
    file: ({ name, mime, base64 }, writer) => messages({ text: name, name: writer, subject: name, files: [{ name, mime, content: base64 }] }),
  },
  chat("custom", (account) => `/custom/${account}/contacts`, (n) => `person-${n}`, {
    say: (text, name) => messages({ text, contact: { name } }),
    typing: (on) => action("typing", { active: on }),
    react: (message_external_id, emoji) => action("reaction", { message_external_id, emoji }),
    edit: (message_external_id, text) => action("message.edited", { message_external_id, text }),
    remove: (message_external_id) => action("message.deleted", { message_external_id }),
  }),
];

export const kindOfChannel = (channel: string): Kind | undefined => KINDS.find((kind) => kind.channel === channel);
