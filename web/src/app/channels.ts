/** What channels are called: brands by their own name, the others in the page's language. */

import type { Say } from "../i18n/texts";

const BRANDS: Readonly<Record<string, string>> = {
  apple: "Apple Messages",
  instagram: "Instagram",
  line: "LINE",
  messenger: "Messenger",
  shopify: "Shopify",
  slack: "Slack",
  telegram: "Telegram",
  viber: "Viber",
  wechat: "WeChat",
  whatsapp: "WhatsApp",
};
const OTHERS = ["custom", "email", "events", "sms", "voice", "web_chat"] as const;
export const CHANNELS: readonly string[] = [...Object.keys(BRANDS), ...OTHERS].sort();

/** One that the page does not know yet is called by its id. */
export function channelName(id: string, say: Say): string {
  const other = OTHERS.find((each) => each === id);
  return other === undefined ? (BRANDS[id] ?? id) : say(`channel.${other}`);
}
