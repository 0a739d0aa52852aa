/** What the API says of a channel in English, in the reader's language; as the API says it where the page does not know it (of
 * a channel that was added later). */

import ids from "virtual:ids/admin_setup";
import type { Say, TextId } from "../../../i18n/texts";
import type { Channel, SettingField } from "./channelForm";

const KNOWN: ReadonlySet<string> = new Set(ids);
/** Their fields are called the same: one provider's. */
const FAMILIES: ReadonlyMap<string, string> = new Map([
  ["whatsapp", "meta"],
  ["instagram", "meta"],
  ["messenger", "meta"],
  ["sms", "twilio"],
  ["voice", "twilio"],
]);

export interface Field {
  name: string;
  label: string;
  help: string;
}

const known = (id: string, say: Say): string | null => (KNOWN.has(id) ? say(id as TextId) : null);

/** The channel's own word comes before its provider's, and that before everybody's. */
function ofField(channel: string, place: string, say: Say): string | null {
  const owner = [channel, FAMILIES.get(channel), "any"].find((each) => KNOWN.has(`setup.${each}.${place}`));
  return owner === undefined ? null : known(`setup.${owner}.${place}`, say);
}

export const labelOf = (channel: string, field: Field, say: Say): string => ofField(channel, field.name, say) ?? field.label;

export const helpOf = (channel: string, field: Field, say: Say): string =>
  field.help === "" ? "" : (ofField(channel, `${field.name}.help`, say) ?? field.help);

export const choiceOf = (channel: string, field: Field, choice: string, say: Say): string =>
  ofField(channel, `${field.name}.choice.${choice}`, say) ?? choice;

/** What counts where nothing is entered. */
export function usually(channel: string, field: SettingField, say: Say): string {
  if (typeof field.default === "boolean") return say(field.default ? "admin.yes" : "admin.no");
  return field.kind === "choice" ? choiceOf(channel, field, String(field.default ?? ""), say) : String(field.default ?? "");
}

export const optional = (label: string, isSo: boolean, say: Say): string => (isSo ? `${label} (${say("admin.optional")})` : label);

/** What a secret is called, by the name that it has in the API. */
export function secretOf(channel: Pick<Channel, "name" | "credentials">, name: string, say: Say): string {
  const field = channel.credentials.find((each) => each.name === name);
  return field === undefined ? name : labelOf(channel.name, field, say);
}

/** What the provider tells of the account, by the name that it gives it. */
export const factOf = (name: string, say: Say): string => known(`setup_fact.${name}`, say) ?? name;

/** What a refusal asks of us is one of our own words; all else is the provider's. */
export function factValue(name: string, value: unknown, say: Say): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return name === "class" ? (known(`setup_failure.${text}`, say) ?? text) : text;
}

export const kindOf = (kind: string, say: Say): string => known(`setup_kind.${kind}`, say) ?? kind;
