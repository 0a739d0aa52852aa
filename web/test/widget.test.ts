/** The chat widget: what it keeps, sends, shows; without a browser. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { cursorOf, type Shown } from "../widget/app/api";
import { contrast, DARK, hex, LIGHT, readable, rgb, written, type Rgb } from "../widget/shared/contrast";
import { parts } from "../widget/app/rich";
import { choices, merged, rows, seenByDesk, stillPending, transcript, unseen, type Pending } from "../widget/app/thread";
import { uuid7, writtenAt } from "../widget/app/uuid7";
import { unwrap, wrap } from "../widget/shared/protocol";
import { Keeping } from "../widget/shared/storage";
import { LANGUAGES, LOCALES, type Language } from "../src/i18n/languages";

const message = (id: string, more: Partial<Shown> = {}): Shown => ({
  id, client_id: null, from: "agent", name: "Ana", kind: "text", text: id, content: {}, attachments: [], reply_to: null,
  occurred_at: "2026-03-02T09:00:00+00:00", read: false, ...more,
});

describe("ids", () => {
  it("are of version 7 and tell when they were made", () => {
    const at = 1_785_578_400_123;
    const id = uuid7(at);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(writtenAt(id)).toBe(at);
    expect(uuid7(at + 1) > id).toBe(true);
  });
});

describe("colours", () => {
  it("are readable on both surfaces, whatever was chosen", () => {
    const steps = [0, 51, 119, 160, 204, 255];
    const css = readFileSync(new URL("../widget/app/panel.css", import.meta.url), "utf8");
    const pairs = [...css.matchAll(/--(?:bg|sunken|warn-tint|info-tint): light-dark\((#\w{6}), (#\w{6})\)/g)];
    const [light, dark] = [pairs.map((pair) => pair[1] ?? ""), pairs.map((pair) => pair[2] ?? "")];
    expect(pairs.length).toBe(4);
    for (const red of steps) for (const green of steps) for (const blue of steps) {
      const colour: Rgb = [red, green, blue];
      expect(contrast(written(colour), colour), hex(colour)).toBeGreaterThanOrEqual(4.5);
      for (const [hardest, surfaces] of [[LIGHT, light], [DARK, dark]] as Array<[Rgb, string[]]>) {
        const shown = rgb(hex(readable(colour, hardest))) as Rgb;
        for (const surface of surfaces) expect(contrast(shown, rgb(surface) as Rgb), `${hex(colour)} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
  it("stay what they are where they can be read", () => {
    expect(hex(readable(rgb("#0b57d0") as Rgb, [255, 255, 255]))).toBe("#0b57d0");
    expect(rgb("red")).toBeNull();
  });
});

describe("words", () => {
  it("have links where addresses are, and no more of the sentence", () => {
    expect(parts("See https://a.example/b?c=1 (or http://x.example/y_(z)).")).toEqual([
      { kind: "words", text: "See " },
      { kind: "link", text: "https://a.example/b?c=1", href: "https://a.example/b?c=1" },
      { kind: "words", text: " (or " },
      { kind: "link", text: "http://x.example/y_(z)", href: "http://x.example/y_(z)" },
      { kind: "words", text: ")." },
    ]);
    expect(parts("ask a.b@c.example!")[1]).toEqual({ kind: "link", text: "a.b@c.example", href: "mailto:a.b@c.example" });
  });
  it("never open a script, or show another host than they open", () => {
    for (const text of ["javascript:alert(1)", "data:text/html,x", "http://user:pass@evil.example/"]) {
      expect(parts(text).filter((part) => part.kind === "link").map((part) => part.href).join()).not.toMatch(/^(javascript|data|http)/);
    }
    expect(parts("https://аpple.example/")[0]).toMatchObject({ href: "https://xn--pple-43d.example/" });
  });
});

describe("a thread", () => {
  const pending = (id: string): Pending => ({ written: { client_id: id, text: "x" }, state: "waiting", reason: "" });

  it("has each message once, in order, the later word of it", () => {
    const found = merged([message("b"), message("a")], [message("b", { text: "new" }), message("c")]);
    expect(found.map(({ id, text }) => [id, text])).toEqual([["a", "a"], ["b", "new"], ["c", "c"]]);
  });
  it("keeps what is on its way under the same key until it is there", () => {
    const id = uuid7(Date.parse("2026-03-02T09:00:01Z"));
    const before = rows([], [pending(id)], null, "");
    const stored = message("a", { client_id: id, from: "visitor" });
    expect(stillPending([pending(id)], [stored])).toEqual([]);
    expect(rows([stored], [], null, "").at(-1)?.key).toBe(before.at(-1)?.key);
  });
  it("says where what is new begins, and hides earlier chats", () => {
    const all = [message("a"), message("b"), message("c")];
    expect(rows(all, [], "b", "").map((row) => row.kind)).toEqual(["day", "said", "unread", "said", "said"]);
    expect(rows(all, [], null, "b").map((row) => row.key)).toEqual([expect.stringContaining("day"), "c"]);
    expect(unseen([message("a", { from: "visitor" }), ...all], "a").map(({ id }) => id)).toEqual(["b", "c"]);
  });
  it("shows as read what somebody at the desk has opened, and no more", () => {
    const all = ["a", "b", "c"].map((id) => message(id, { from: "visitor" }));
    expect([0, 1, 3, 9, Number.POSITIVE_INFINITY].map((unseenThere) => seenByDesk(all, unseenThere))).toEqual(["c", "b", "", "", ""]);
  });
  it("offers the buttons of the newest message until it is answered", () => {
    const asked = message("a", { kind: "buttons", content: { body: "Sure?", buttons: [{ id: "y", title: "Yes" }, { id: 4 }] } });
    expect(choices([asked], [])).toEqual([{ payload: "y", title: "Yes" }]);
    expect(choices([asked], [pending(uuid7(0))])).toEqual([]);
    expect(choices([asked, message("b", { from: "visitor" })], [])).toEqual([]);
  });
  it("lets nobody's words pass for another's in a transcript", () => {
    const text = transcript([message("a", { text: "hi\n09:01 You:\u2028 lies" })], "Chat", "You", "Shop", () => "09:00");
    expect(text.split("\n")).toEqual(["Chat", "", "09:00 Ana:", "    hi", "    09:01 You:", "     lies", ""]);
  });
});

describe("what is kept", () => {
  it("is of one chat alone, and goes with it", () => {
    const known = new Map([["other", "1"]]);
    const place = {
      get length() { return known.size; },
      key: (index: number) => [...known.keys()][index] ?? null,
      getItem: (key: string) => known.get(key) ?? null,
      setItem: (key: string, value: string) => void known.set(key, value),
      removeItem: (key: string) => void known.delete(key),
    };
    const keeping = new Keeping("parley:ibx_1:", () => place);
    keeping.set("session", "s");
    keeping.set("out:1", "m");
    expect([keeping.lasting, keeping.all()]).toEqual([true, { session: "s", "out:1": "m" }]);
    keeping.clear();
    expect([...known]).toEqual([["other", "1"]]);
  });
  it("lasts as long as the page where storage is blocked", () => {
    const keeping = new Keeping("p:", () => { throw new Error("blocked"); });
    keeping.set("a", "1");
    expect([keeping.lasting, keeping.all()]).toEqual([false, { a: "1" }]);
  });
  it("is not what others say by the same way", () => {
    expect(unwrap(wrap({ kind: "close" }))).toMatchObject({ kind: "close" });
    for (const said of [null, "close", { kind: "close" }, { parley: 2, kind: "close" }, { parley: 1 }]) expect(unwrap(said)).toBeNull();
  });
  it("names the places of a cursor as the desk does", () => {
    expect(atob(cursorOf("visitor:leg_1@12.1785"))).toBe('{"visitor:leg_1":"12.1785"}');
  });
});

describe("texts of the widget", () => {
  const of = (language: string): Record<string, string> =>
    JSON.parse(readFileSync(new URL(`../widget/locales/${language}/widget.json`, import.meta.url), "utf8")) as Record<string, string>;
  const names = (text: string): string[] => [...text.matchAll(/\{(\w+)/g)].map((found) => found[1] ?? "").sort();

  it("are there in each language, with the same placeholders and the plurals it needs", () => {
    const english = of("en");
    for (const language of Object.keys(LANGUAGES) as Language[]) {
      const texts = of(language);
      expect(Object.keys(texts), language).toEqual(Object.keys(english));
      const needed = new Intl.PluralRules(LOCALES[language]).resolvedOptions().pluralCategories;
      for (const [id, text] of Object.entries(texts)) {
        compileMessage(text);
        if (!text.includes(", plural,")) expect(names(text), `${language} ${id}`).toEqual(names(english[id] ?? ""));
        else for (const category of needed) expect(text, `${language} ${id}`).toContain(`${category} {`);
      }
    }
  });
});
