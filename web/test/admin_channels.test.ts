/** Administration of channels and texts: lights, forms of channels, changes that clash, pages that are left. */

import { describe, expect, it, vi } from "vitest";
import { Problem } from "../src/api/problem";
import { heldBack, leaving } from "../src/app/leaving";
import { placeholdersOf, withoutFallback } from "../src/pages/admin/canned/text";
import { matches, sentSettings, shelved, wrongSetting, type SettingField } from "../src/pages/admin/inboxes/channelForm";
import { reached } from "../src/pages/admin/inboxes/marks";
import { lastOf, lightOf, worryOf, type InboxRow } from "../src/pages/admin/inboxes/signs";
import { snippetOf } from "../src/pages/admin/inboxes/snippet";
import { componentsOf, slotsOf } from "../src/pages/admin/inboxes/templateParts";
import { keyFrom } from "../src/pages/admin/labels/label";
import { isWhole, withField } from "../src/pages/admin/macros/action";
import { errorOf } from "../src/pages/admin/parts/faults";
import { found } from "../src/pages/admin/parts/found";
import { changed, clashOf, same, settled } from "../src/pages/admin/parts/item";
import { bodyOf, BLANK } from "../src/pages/admin/sources/source";
import { areasOf, chosenOf, withArea } from "../src/pages/admin/webhooks/types";

type Signs = NonNullable<InboxRow["signs"]>;
const QUIET: Signs = {
  token: "ok",
  token_since: null,
  token_reason: null,
  last_webhook_at: null,
  last_refused_webhook_at: null,
  last_check_at: null,
  last_sent_at: null,
  last_failure: null,
  paced_until: null,
};
const at = (minute: number): string => `2026-11-02T09:${String(minute).padStart(2, "0")}:00Z`;
const NOW = Date.parse(at(30));
const worry = (signs: Partial<Signs>, enabled = true) => worryOf({ enabled, signs: { ...QUIET, ...signs } }, NOW);

describe("an inbox's light", () => {
  it("says the worst that is known, and only what is newer than the good", () => {
    expect(worry({})).toBe("silent");
    expect(worry({ last_check_at: at(1) })).toBe("none");
    expect(worry({ last_webhook_at: at(1), last_refused_webhook_at: at(2) })).toBe("refused");
    expect(worry({ last_webhook_at: at(3), last_refused_webhook_at: at(2) })).toBe("none");
    expect(worry({ last_sent_at: at(1), last_failure: { at: at(2), code: "x", failure: "content", detail: "" } })).toBe("failed");
    expect(worry({ last_webhook_at: at(1), paced_until: at(31) })).toBe("paced");
    expect(worry({ last_webhook_at: at(1), token: "dead" })).toBe("token");
    expect(worry({ token: "dead" }, false)).toBe("disabled");
    expect(worryOf({ enabled: true, signs: QUIET, channel: "web_chat" }, NOW)).toBe("none");
    expect(lightOf("token")).toBe("bad");
  });

  it("names what happened last", () => {
    expect(lastOf(QUIET)).toBeNull();
    expect(lastOf({ ...QUIET, last_webhook_at: at(4), last_sent_at: at(5) })).toEqual({ what: "sent", at: at(5) });
  });
});

const setting = (name: string, more: Partial<SettingField> = {}): SettingField => ({
  name,
  label: name,
  kind: "text",
  required: false,
  help: "",
  default: null,
  pattern: null,
  choices: [],
  ...more,
});

describe("a channel's form", () => {
  it("folds away what is for tests and limits, never what is needed", () => {
    const { first, further } = shelved([
      setting("waba_id"),
      setting("api_base", { help: "Only for tests." }),
      setting("media_hosts", { required: true }),
    ]);
    expect([first.map((each) => each.name), further.map((each) => each.name)]).toEqual([["waba_id", "media_hosts"], ["api_base"]]);
  });

  it("knows what the API would refuse", () => {
    const topic = setting("topic_arn", { required: true, pattern: "arn:[a-z]+" });
    expect([wrongSetting(topic, undefined), wrongSetting(topic, " "), wrongSetting(topic, "x"), wrongSetting(topic, "arn:aws")]).toEqual([
      "missing",
      "missing",
      "form",
      null,
    ]);
    const list = setting("origins", { kind: "list", pattern: "https?://.+" });
    expect([wrongSetting(list, []), wrongSetting(list, ["https://a", ""]), wrongSetting(list, ["ftp://a"])]).toEqual([null, null, "form"]);
    // A class with an escape that only older expressions know, and one that none can read.
    expect([matches("[A-Za-z0-9.:\\-]{1,3}", "a-b"), matches("[A-Za-z0-9.:\\-]{1,3}", "a_b"), matches("(", "x")]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("sends nothing of what is empty", () => {
    expect(sentSettings({ a: " x ", b: "", c: ["", " y "], d: [" "], e: false, f: 0 })).toEqual({ a: "x", c: ["y"], e: false, f: 0 });
  });

  it("makes a line for a site's pages", () => {
    const line = snippetOf(
      { id: "ibx_1", webhook_url: "https://in.example/webhooks/web_chat/ibx_1", webhook_path: "/webhooks/web_chat/ibx_1" },
      "https://desk.example",
    );
    expect(line).toBe('<script async src="https://desk.example/widget.js" data-chat="https://in.example/widget/v1/ibx_1"></script>');
  });
});

describe("templates and marks", () => {
  it("are filled in as providers name their values", () => {
    const template = {
      parts: {
        header: { kind: "text", text: "", placeholders: ["1"] },
        body: "",
        placeholders: ["name"],
        footer: null,
        buttons: [],
        others: [],
      },
    };
    expect(slotsOf(template).map((slot) => slot.id)).toEqual(["header.1", "body.name"]);
    expect(componentsOf(template, { "header.1": "A", "body.name": "B" })).toEqual([
      { type: "header", parameters: [{ type: "text", text: "A" }] },
      { type: "body", parameters: [{ type: "text", text: "B", parameter_name: "name" }] },
    ]);
    expect([reached("read", "delivered"), reached("sent", "delivered"), reached("sending", "queued")]).toEqual([true, false, true]);
  });
});

describe("two changes of one thing", () => {
  const base = { name: "A", team: null as string | null, labels: ["x"] };

  it("are one where they do not touch", () => {
    const clash = clashOf(base, { ...base, name: "B" }, { ...base, team: "t" }, 3);
    expect(clash.fields).toEqual([]);
    expect(settled(clash, {})).toEqual({ name: "B", team: "t", labels: ["x"] });
  });

  it("are chosen between, field by field, where they do", () => {
    const clash = clashOf(base, { ...base, name: "B", labels: ["y"] }, { ...base, name: "C", labels: ["y"] }, 3);
    expect(clash.fields).toEqual(["name"]);
    expect(settled(clash, {}).name).toBe("B");
    expect(settled(clash, { name: "theirs" }).name).toBe("C");
  });

  it("see no difference in the order of keys, and one in that of lists", () => {
    expect(same({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same([], {})).toBe(false);
    expect(changed({ a: 1 }, { a: 1, b: 2 } as { a: number })).toEqual(["b"]);
  });
});

describe("leaving a page", () => {
  it("is held while something is not saved, not within the page, and goes on when it is said", () => {
    const [go, isDirty] = [vi.fn(), vi.fn(() => true)];
    const end = leaving.guard(isDirty);
    heldBack(go, "/admin/keys?tab=x", undefined, "/admin/keys");
    expect(go).toHaveBeenCalledTimes(1);
    heldBack(go, "/board", undefined, "/admin/keys");
    expect(go).toHaveBeenCalledTimes(1);
    leaving.stay();
    expect(leaving.waiting()).toBeNull();
    heldBack(go, "/board", undefined, "/admin/keys");
    leaving.leave();
    expect(go).toHaveBeenLastCalledWith("/board", undefined);
    end();
    heldBack(go, "/me", undefined, "/admin/keys");
    expect(go).toHaveBeenLastCalledWith("/me", undefined);
  });
});

describe("small rules", () => {
  it("find a refusal's field, and what stands within it", () => {
    const refusal = new Problem(400, "invalid_input", "Not a URL.", "credentials.access_token", {}, null, [
      { field: "labels[0].name", detail: "Taken." },
    ]);
    expect(errorOf(refusal, "credentials.access_token")).toBe("Not a URL.");
    expect(errorOf(refusal, "credentials")).toBe("Not a URL.");
    expect(errorOf(refusal, "labels")).toBe("Taken.");
    expect(errorOf(refusal, "label")).toBeUndefined();
  });

  it("search whatever the case, accents and width", () => {
    const rows = [{ name: "Crème Brûlée" }, { name: "Ｗｉｄｅ" }, { name: "Ёлка" }];
    const search = (words: string) => found(rows, words, (row) => [row.name]).map((row) => row.name);
    expect([search("brulee creme"), search("wide"), search("ЁЛКА"), search("x"), search(" ").length]).toEqual([
      ["Crème Brûlée"],
      ["Ｗｉｄｅ"],
      ["Ёлка"],
      [],
      3,
    ]);
  });

  it("take an area instead of its events", () => {
    const [message] = areasOf(["message.created", "message.redacted", "note.created"]);
    expect(message?.events).toEqual(["message.created", "message.redacted"]);
    expect(withArea(["note.created", "message.created"], message!, ["message.created", "message.*"])).toEqual([
      "message.*",
      "note.created",
    ]);
    expect(chosenOf(["note.created", "message.created"], message!)).toEqual(["message.created"]);
  });

  it("name placeholders that would stop a text from going out", () => {
    const text = "Hi {{contact.first_name|there}}, {{ contact.email }} {{contact.email}} {{1}}";
    expect(placeholdersOf(text)).toEqual(["contact.first_name", "contact.email"]);
    expect(withoutFallback(text)).toEqual(["contact.email"]);
  });

  it("make keys of names, and whole actions", () => {
    expect([keyFrom("Größe (EU)"), keyFrom("退款")]).toEqual(["gro_e_eu", ""]);
    expect(isWhole({ do: "reply", text: " " })).toBe(false);
    expect(isWhole({ do: "reply", canned_response_id: "can_1" })).toBe(true);
    expect(isWhole({ do: "status", status: "snoozed" })).toBe(false);
    expect(withField({ do: "assign", assignee_id: "me" }, "assignee_id", undefined)).toEqual({ do: "assign" });
  });

  it("leave credentials out that were not entered", () => {
    const draft = {
      ...BLANK,
      auth: "basic" as const,
      mapping: [
        { name: "tier", path: "a.b", type: "text" as const },
        { name: " ", path: "", type: "text" as const },
      ],
    };
    expect(bodyOf(draft, {}).credentials).toBeNull();
    expect(bodyOf(draft, { user: "u", token: "t" }).credentials).toEqual({ user: "u" });
    expect(bodyOf(draft, {}).mapping).toEqual({ tier: { path: "a.b", type: "text" } });
  });
});
