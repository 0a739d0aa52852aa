/** The short signs of channels: two letters and a glyph each. Own drawings, not the brands' logos. */

const BUBBLE = "M3 3h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H8l-3.5 3V11H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z";

export interface ChannelMark {
  code: string;
  /** In a box of 16 units, drawn as an outline. */
  path: string;
}

const MARKS: Readonly<Record<string, ChannelMark>> = {
  apple: { code: "AP", path: "M8 3c3.3 0 6 1.9 6 4.3s-2.7 4.3-6 4.3c-.7 0-1.3-.1-1.9-.2L3 13.2l.8-2.9C2.7 9.5 2 8.5 2 7.3 2 4.9 4.7 3 8 3z" },
  custom: { code: "CU", path: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5" },
  email: { code: "EM", path: "M3 3.5h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM2.5 4.5 8 8.5l5.5-4" },
  events: { code: "EV", path: "M4 6.5a4 4 0 0 1 8 0c0 3.5 1.5 4.5 1.5 4.5h-11S4 10 4 6.5zM6.8 13.5h2.4" },
  instagram: { code: "IG", path: "M4.5 2.5h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5" },
  line: { code: "LN", path: `${BUBBLE}M5 7h6` },
  messenger: { code: "MS", path: `${BUBBLE}M4.8 8 7 6l2 2 2.2-2` },
  shopify: { code: "SH", path: "M3.5 5.5h9l.8 8H2.7zM5.5 7V4.5a2.5 2.5 0 0 1 5 0V7" },
  slack: { code: "SL", path: "M3 6h10.5M2.5 10H13M6.5 2.5l-1 11M10.5 2.5l-1 11" },
  sms: { code: "SM", path: `${BUBBLE}M5 7h.01M8 7h.01M11 7h.01` },
  telegram: { code: "TG", path: "M14 2.5 2 7l4 1.8L7.5 13.5l2.2-3 3 2.2zM6 8.8l5-3.5" },
  viber: { code: "VB", path: `${BUBBLE}M6 8.5a4 4 0 0 0 3 0M8 5.5a2 2 0 0 1 2.2 1.5` },
  voice: { code: "PH", path: "M3.5 2.5h2.2l1.2 3-1.5 1.2a8 8 0 0 0 4 4l1.2-1.5 3 1.2v2.2a1 1 0 0 1-1.1 1A11.3 11.3 0 0 1 2.5 3.6a1 1 0 0 1 1-1.1z" },
  web_chat: { code: "WB", path: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M2 8h12M8 2c3 3.5 3 8.5 0 12M8 2c-3 3.5-3 8.5 0 12" },
  wechat: { code: "WC", path: "M6.5 2.5c2.5 0 4.5 1.6 4.5 3.6S9 9.7 6.5 9.7c-.5 0-1 0-1.4-.2L3 10.5l.5-1.8C2.6 8 2 7.1 2 6.1c0-2 2-3.6 4.5-3.6zM11.8 6.5c1.3.5 2.2 1.6 2.2 2.9 0 .9-.4 1.7-1.1 2.3l.4 1.5-1.8-.8a4.5 4.5 0 0 1-3.8-1" },
  whatsapp: { code: "WA", path: `${BUBBLE}M6 5.5c0 2 1.5 3.5 3.5 3.5` },
};

/** One that the page does not know yet shows how its name begins. */
export function channelMark(channel: string): ChannelMark {
  return MARKS[channel] ?? { code: channel.replaceAll(/[^a-z0-9]/gi, "").slice(0, 2).toUpperCase() || "?", path: BUBBLE };
}

export const MARKED: readonly string[] = Object.keys(MARKS);
