/** What the API says of channels, in the reader's language. */

import { expect, it } from "vitest";
import type { Say } from "../src/i18n/texts";
import type { SettingField } from "../src/pages/admin/inboxes/channelForm";
import { choiceOf, factOf, factValue, helpOf, kindOf, labelOf, secretOf, usually } from "../src/pages/admin/inboxes/setupWords";

const say = ((id: string) => id) as Say;
const field = (name: string, more: object = {}) => ({ name, label: "As the desk says it", help: "Its help.", ...more });
const words = (channel: string, name: string, more: object = {}) => [labelOf(channel, field(name, more), say), helpOf(channel, field(name, more), say)];

it("says a field by its channel, its provider, or as all channels have it", () => {
  expect(words("whatsapp", "waba_id")).toEqual(["setup.whatsapp.waba_id", "setup.whatsapp.waba_id.help"]);
  expect(words("messenger", "human_agent")).toEqual(["setup.meta.human_agent", "setup.meta.human_agent.help"]);
  expect(words("viber", "api_base")).toEqual(["setup.any.api_base", "setup.any.api_base.help"]);
  expect(words("slack", "media_hosts")).toEqual(["setup.any.media_hosts", "setup.slack.media_hosts.help"]);
  expect(words("instagram", "app_secret", { help: "" })).toEqual(["setup.instagram.app_secret", ""]);
});

it("leaves what it does not know as the desk says it", () => {
  expect(words("pager", "secret")).toEqual(["As the desk says it", "Its help."]);
  expect(words("pager", "media_hosts")).toEqual(["setup.any.media_hosts", "Its help."]);
  expect(words("constructor", "toString")).toEqual(["As the desk says it", "Its help."]);
  expect([kindOf("hologram", say), factOf("valueOf", say), factValue("class", "strange", say)]).toEqual(["hologram", "valueOf", "strange"]);
});

it("says what counts where nothing is entered", () => {
  const usual = (kind: SettingField["kind"], value: SettingField["default"]) =>
    usually("web_chat", { ...field("theme"), kind, required: false, default: value, pattern: null, choices: ["dark"] }, say);
  expect([usual("boolean", true), usual("boolean", false), usual("choice", "dark"), usual("choice", null)]).toEqual([
    "admin.yes",
    "admin.no",
    "setup.web_chat.theme.choice.dark",
    "",
  ]);
  expect([usual("text", "Goodbye."), usual("text", null)]).toEqual(["Goodbye.", ""]);
});

it("says choices, secrets, kinds and what a provider tells", () => {
  expect([choiceOf("web_chat", field("theme"), "dark", say), choiceOf("web_chat", field("theme"), "sepia", say)]).toEqual([
    "setup.web_chat.theme.choice.dark",
    "sepia",
  ]);
  const credentials = [{ ...field("bot_token"), generated: false, optional: false, secret: true }];
  expect([secretOf({ name: "slack", credentials }, "bot_token", say), secretOf({ name: "slack", credentials }, "gone", say)]).toEqual([
    "setup.slack.bot_token",
    "gone",
  ]);
  expect([kindOf("sticker", say), factOf("code", say), factValue("code", 190, say), factValue("class", "reauth", say)]).toEqual([
    "setup_kind.sticker",
    "setup_fact.code",
    "190",
    "setup_failure.reauth",
  ]);
  expect(factValue("throughput", { level: "STANDARD" }, say)).toBe('{"level":"STANDARD"}');
});
