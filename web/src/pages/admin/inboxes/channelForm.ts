/** The form of an inbox, as its channel asks for it: what is entered, what is wrong with it, what is sent. */

import type { Schemas } from "../../../api/client";

export type Channel = Schemas["ChannelView"];
export type SettingField = Schemas["SettingFieldView"];
export type Setting = string | number | boolean | string[];
export type Settings = Record<string, Setting>;

/** What everybody needs stands open; the rest is folded away. */
export function shelved(fields: readonly SettingField[]): { first: SettingField[]; further: SettingField[] } {
  const rare = (field: SettingField) => !field.required && (/only for (tests|development)/i.test(field.help) || RARE.has(field.name));
  return { first: fields.filter((field) => !rare(field)), further: fields.filter(rare) };
}

const RARE = new Set(["media_hosts", "messages_per_second", "certificate_hosts", "api_base", "data_base"]);

/** As the API takes them: nothing of what is empty, lists without empty lines. */
export function sentSettings(settings: Readonly<Settings>): Settings {
  const sent: Settings = {};
  for (const [name, value] of Object.entries(settings)) {
    const whole = Array.isArray(value)
      ? value.map((line) => line.trim()).filter(Boolean)
      : typeof value === "string"
        ? value.trim()
        : value;
    if (whole !== "" && !(Array.isArray(whole) && whole.length === 0)) sent[name] = whole;
  }
  return sent;
}

export type Wrong = "missing" | "form";

/** What the API would refuse for its form, known before it is asked. */
export function wrongSetting(field: SettingField, value: Setting | undefined): Wrong | null {
  const texts = Array.isArray(value)
    ? value.map((line) => line.trim()).filter(Boolean)
    : typeof value === "string" && value.trim() !== ""
      ? [value.trim()]
      : [];
  const isGiven = texts.length > 0 || typeof value === "number" || typeof value === "boolean";
  if (!isGiven) return field.required && field.default === null ? "missing" : null;
  if (field.pattern === null) return null;
  return texts.every((text) => matches(field.pattern as string, text)) ? null : "form";
}

/** `pattern` is Python's, for the whole text; one that this browser cannot read decides nothing. */
export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(text);
  } catch {
    try {
      return new RegExp(`^(?:${pattern})$`).test(text);
    } catch {
      return true;
    }
  }
}

/** What has to be done at the provider: an address to enter there, a snippet for a site, or calls of another system. */
export type Setup = "webhook" | "site" | "calls";

export function setupOf(channel: Pick<Channel, "name" | "account">): Setup {
  if (channel.name === "web_chat") return "site";
  return channel.account === null ? "calls" : "webhook";
}
