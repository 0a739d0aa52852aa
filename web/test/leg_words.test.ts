import { expect, it } from "vitest";
import { Formats } from "../src/i18n/formats";
import type { Say, Values } from "../src/i18n/texts";
import { legWords, type Why } from "../src/inbox/composer/legWords";

const say = ((id: string, values?: Values) => (values === undefined ? id : `${id} ${JSON.stringify(values)}`)) as Say;
const formats = new Formats("en", "Europe/Berlin");
const words = (why: Partial<Why>, channel = "sms") => legWords({ code: "unfit", text: "As the desk says it.", facts: {}, ...why }, channel, say, formats);

it("says why a way is refused in the reader's language, and what it does not know as the desk says it", () => {
  expect(words({ code: "identity_unproven" })).toBe("composer.why.identity_unproven");
  expect(words({ code: "recent", points: 8 })).toBe("composer.why.recent_hour");
  expect(words({ code: "recent", points: 4 })).toBe("composer.why.recent_day");
  expect(words({ code: "constructor" })).toBe("As the desk says it.");
});

it("says until when it is quiet, by the reader's clock, and what became of an address", () => {
  expect(words({ code: "quiet_hours", facts: { until: "2026-11-23T06:00:00Z" } })).toMatch(/^composer.why.quiet_hours .*7:00/u);
  expect(words({ code: "inbox_disabled", facts: { inbox: "Shop" } })).toBe('composer.why.inbox_disabled {"inbox":"Shop"}');
  expect(words({ code: "unreachable", facts: { reason: "opted_out" } })).toBe("composer.reach.opted_out");
  expect(words({ code: "unreachable", facts: { reason: "toString" } })).toBe("As the desk says it.");
});

it("says what of the message does not fit, with the channel's own limits", () => {
  const long = { why: "text_too_long", length: 2000, limit: 1600, unit: "characters" };
  expect(words({ facts: long })).toBe('composer.unfit.text_too_long {"channel":"channel.sms","length":"2,000","limit":"1,600"}');
  expect(words({ facts: { ...long, unit: "bytes" } }, "wechat")).toBe('composer.unfit.text_bytes {"channel":"WeChat","length":"2,000","limit":"1,600"}');
  expect(words({ facts: { why: "file_too_large", limit_bytes: 512_000 } })).toBe('composer.unfit.file_above {"channel":"channel.sms","mb":"0.5"}');
  expect(words({ facts: { why: "file_too_large" } })).toBe('composer.unfit.file_too_large {"channel":"channel.sms"}');
  expect(words({ facts: { why: "file_type", mime: "image/bmp" } }, "line")).toBe('composer.unfit.file_type {"channel":"LINE","mime":"image/bmp"}');
  expect(words({ facts: { why: "valueOf" } })).toBe("As the desk says it.");
});
