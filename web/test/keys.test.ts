import { describe, expect, it, vi } from "vitest";
import { readFileSync } from "node:fs";
import en from "../src/locales/en/commands.json";
import { COMMANDS, type Command } from "../src/keys/commands";
import { isComposing, watchCompositions } from "../src/keys/ime";
import { Keyboard, tableOf } from "../src/keys/keyboard";
import { withChanges } from "../src/app/settings";
import { changesTo, clash, isMovable, isUsable, ownFrom } from "../src/keys/own";
import { fit, found, withRecent, type PaletteItem } from "../src/keys/palette";
import { pressed, type Press } from "../src/keys/press";
import { ariaKeys, partsOf } from "../src/keys/shown";

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, code: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("what was pressed", () => {
  it.each([
    [press("j"), "j"],
    [press("J", { shiftKey: true }), "Shift+J"],
    [press("?", { shiftKey: true }), "?"],
    [press("k", { ctrlKey: true }), "Mod+K"],
    [press("о", { code: "KeyJ" }), "j"],
    [press("ㄨ", { code: "KeyJ" }), "j"],
    [press("ę", { altKey: true }), null],
    [press("@", { altKey: true, ctrlKey: true }), null],
    [press("k", { metaKey: true }), null],
  ])("%o is %s", (event, name) => expect(pressed(event, false)).toBe(name));

  it("has Command for Mod on a Mac", () => {
    expect(pressed(press("k", { metaKey: true }), true)).toBe("Mod+K");
    expect(pressed(press("k", { ctrlKey: true }), true)).toBeNull();
  });
});

function keyboardWith(...ids: Array<keyof typeof COMMANDS>) {
  vi.stubGlobal("Element", class {});
  const [keyboard, done] = [new Keyboard(false), [] as string[]];
  for (const id of ids) keyboard.register(id, { run: () => done.push(id), refused: null });
  const type = (key: string, at: number, more = {}) => keyboard.handle({ ...press(key), target: null, timeStamp: at, defaultPrevented: false, preventDefault: () => undefined, ...more } as unknown as KeyboardEvent);
  return { keyboard, done, type };
}

describe("the keyboard", () => {
  it("waits a second for what follows g, and the single key is not done then", () => {
    const { done, type } = keyboardWith("go.me", "thread.search");
    type("g", 0);
    type("s", 900);
    type("s", 1_000);
    type("g", 2_000);
    type("s", 3_100);
    expect(done).toEqual(["go.me", "thread.search", "thread.search"]);
  });

  it("does what was registered last, and says why something cannot be done", () => {
    const { keyboard, done, type } = keyboardWith("resolve");
    const said: string[] = [];
    keyboard.onRefused = (reason) => said.push(reason);
    const end = keyboard.register("resolve", { run: () => done.push("never"), refused: "It is resolved." });
    type("e", 0);
    end();
    type("e", 1);
    expect([said, done]).toEqual([["It is resolved."], ["resolve"]]);
  });

  it("leaves the keys of an input method alone", () => {
    const { done, type } = keyboardWith("resolve");
    type("e", 0, { isComposing: true });
    type("e", 1, { keyCode: 229 });
    expect(done).toEqual([]);
  });

  it("has no single keys where they are switched off, and one's own where they were changed", () => {
    const { keyboard, done, type } = keyboardWith("resolve", "undo");
    keyboard.remap({ resolve: "y" });
    type("e", 0);
    type("y", 1);
    keyboard.remap({}, false);
    type("e", 2);
    type("z", 3, { ctrlKey: true });
    expect([done, keyboard.keysOf("resolve"), keyboard.keysOf("undo")]).toEqual([["resolve", "undo"], undefined, "Mod+Z"]);
  });
});

it("a composition's last key counts as its own for the same task", () => {
  const target = new EventTarget();
  const end = watchCompositions(target);
  const over = new Event("compositionend");
  target.dispatchEvent(over);
  expect(isComposing({ timeStamp: over.timeStamp + 5 })).toBe(true);
  expect(isComposing({ timeStamp: over.timeStamp + 100 })).toBe(false);
  end();
});

describe("the table of commands", () => {
  it("gives each key to one command, none with Alt, none with Mod but two", () => {
    const keys = Object.values(COMMANDS as Record<string, Command>).flatMap((command) => command.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((each) => each.includes("Alt"))).toEqual([]);
    expect(keys.filter((each) => each.startsWith("Mod+")).sort()).toEqual(["Mod+K", "Mod+Z"]);
    expect(tableOf({}).size).toBe(keys.length);
  });

  it("is the one that docs/web.md shows", () => {
    const page = readFileSync(new URL("../../docs/web.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `([^|]+)` \| ([^|]+) \|$/gm)].map(([, keys, text]) => `${keys?.replaceAll("`", "")} ${text}`);
    const said = Object.values(COMMANDS as Record<string, Command>)
      .filter(({ text, keys }) => (keys?.length ?? 0) > 0 && !/tab_\d/.test(text))
      .map(({ text, keys }) => `${keys?.join(", ")} ${(en as Record<string, string>)[text]}`);
    for (const row of said) expect(rows).toContain(row);
  });
});

describe("keys of one's own", () => {
  it("are among the settings, and those of commands that there are no more are none", () => {
    expect(ownFrom({ "shortcut.resolve": "y", "shortcut.nonsense": "q", "pane.list": 300, "keys.single": false })).toEqual({ own: { resolve: "y" }, singleKeys: false });
    expect(ownFrom({})).toEqual({ own: {}, singleKeys: true });
  });

  it("are changed alone, and forgotten where they are as given", () => {
    const before = { own: { resolve: "y", transfer: "" }, singleKeys: false };
    const changes = changesTo(before, { own: { transfer: "u" }, singleKeys: true });
    expect(changes).toEqual({ "shortcut.resolve": null, "shortcut.transfer": "u", "keys.single": null });
    expect(ownFrom(withChanges({ "pane.list": 300, "shortcut.resolve": "y", "keys.single": false }, changes))).toEqual({ own: { transfer: "u" }, singleKeys: true });
  });

  it("clash with whoever has them, or begins with them", () => {
    expect(clash("resolve", "t", {})).toBe("transfer");
    expect(clash("resolve", "g", {})).toBe("go.inbox");
    expect(clash("resolve", "e", {})).toBeNull();
    expect(clash("transfer", "e", { resolve: "y" })).toBeNull();
  });

  it("are characters, and the browser's neighbours stay", () => {
    expect([isUsable("y"), isUsable("Shift+Y"), isUsable("ж"), isUsable("Enter"), isUsable("Mod+K")]).toEqual([true, true, true, false, false]);
    expect([isMovable("palette"), isMovable("resolve")]).toEqual([false, true]);
  });

  it("are shown as they are on the keyboard", () => {
    expect([partsOf("Mod+K", false), partsOf("Mod+K", true), partsOf("g i", false)]).toEqual([[["Ctrl", "K"]], [["⌘", "K"]], [["g"], ["i"]]]);
    expect([ariaKeys("Shift+A", false), ariaKeys("g i", false), ariaKeys("Mod+Z", true)]).toEqual(["Shift+A", undefined, "Meta+Z"]);
  });
});

describe("the palette", () => {
  const item = (id: string, text: string, more: Partial<PaletteItem> = {}): PaletteItem => ({ id, group: "conversation", text, words: "", refused: null, run: () => undefined, ...more });

  it("finds by the page's words and by English ones, whatever the case and accents", () => {
    expect(fit({ text: "結案", words: "resolve close" }, "RES")).not.toBeNull();
    expect(fit({ text: "結案", words: "resolve" }, "案")).not.toBeNull();
    expect(fit({ text: "Zoé Müller", words: "" }, "zoe mul")).not.toBeNull();
    expect(fit({ text: "Resolve", words: "close" }, "snooze")).toBeNull();
  });

  it("shows the best first, and what is refused last", () => {
    const all = [item("b", "Reopen", { refused: "It is open." }), item("a", "Not here: re"), item("c", "Resolve")];
    expect(found(all, "re").map((each) => each.id)).toEqual(["c", "a", "b"]);
  });

  it("remembers what was used last, each once", () => expect(withRecent(["a", "b", "c"], "b", 3)).toEqual(["b", "a", "c"]));
});
