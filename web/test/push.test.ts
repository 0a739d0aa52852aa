/** Pushes: what the worker shows, in whose words, and which tab a press brings to the front. */

import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { describe, expect, it } from "vitest";
import { pushWords, type PushWords } from "../src/app/notices/pushWords";
import { spoken } from "../src/i18n/catalogues";
import { LOCALES, type Language } from "../src/i18n/languages";
import type { Say } from "../src/i18n/texts";

const here = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

function wordsIn(language: Language): PushWords {
  const texts = JSON.parse(here(`../src/locales/${language}/notices.json`)) as Record<string, string>;
  const i18n = spoken(language, Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, compileMessage(text)])));
  const say: Say = (id, values) => i18n._(id, values);
  return pushWords(say, LOCALES[language]);
}

interface Tab {
  url: string;
  frameType?: string;
  visibilityState?: string;
  focused?: boolean;
}

/** The worker in a browser with these tabs: what it shows and does. */
function worker(words: PushWords | null, tabs: Tab[] = []) {
  const heard = new Map<string, (event: unknown) => void>();
  const [shown, done]: [Array<{ title: string; tag: string; body: string; data: { path: string } }>, string[]] = [[], []];
  const clients = tabs.map((tab) => ({
    frameType: "top-level",
    visibilityState: "hidden",
    focused: false,
    ...tab,
    postMessage: ({ path }: { path: string }) => void done.push(`${tab.url} goes to ${path}`),
    focus: async () => void done.push(`${tab.url} is focused`),
  }));
  const self = {
    location: { origin: "https://desk.test" },
    addEventListener: (name: string, hear: (event: unknown) => void) => heard.set(name, hear),
    clients: { matchAll: async () => clients, openWindow: async (path: string) => void done.push(`${path} is opened`) },
    registration: { showNotification: async (title: string, more: object) => void shown.push({ title, ...more } as (typeof shown)[number]) },
  };
  const caches = { open: async () => ({ match: async () => (words === null ? undefined : new Response(JSON.stringify(words))) }) };
  runInContext(here("../public/push.js"), createContext({ self, caches, URL, Intl }));
  const tell = async (name: string, event: object) => {
    let until: Promise<unknown> = Promise.resolve();
    heard.get(name)?.({ ...event, waitUntil: (promise: Promise<unknown>) => (until = promise) });
    await until;
  };
  return {
    shown,
    done,
    push: (notice: object) => tell("push", { data: { json: () => notice } }),
    press: (path: string) => tell("notificationclick", { notification: { close: () => undefined, data: { path } } }),
  };
}

const BACK = { id: "ntc_1", kind: "returned", title: "Bob is back after 52 min", body: "", customer: "Bob", colleague: "", conversation_id: "cnv_1", about: { idle_seconds: 3_125 } };

describe("a push", () => {
  it.each([
    ["en", BACK, "Bob is back after 52 min"],
    ["ru", BACK, /Bob.*52.мин/],
    ["zh-Hant", { ...BACK, about: { idle_seconds: 93_700 } }, /Bob.*1 天 2 小時/],
    ["zh-Hans", { ...BACK, kind: "mention", colleague: "小明" }, /小明.*Bob/],
    ["en", { ...BACK, kind: "side_thread", colleague: "Sam", about: { asked: true } }, "Sam asks you about Bob"],
    ["en", { ...BACK, kind: "side_thread", colleague: "Sam", about: {} }, "Sam answered you about Bob"],
    ["en", { ...BACK, kind: "task_due", customer: "" }, "A task is due"],
    ["en", { ...BACK, kind: "message", customer: "" }, "A customer wrote"],
  ] as Array<[Language, typeof BACK, string | RegExp]>)("is said in the language of the reader: %s", async (language, notice, said) => {
    const { shown, push } = worker(wordsIn(language));
    await push(notice);
    expect(shown[0]?.title.replaceAll(/[\u00a0\u202f]/g, " ")).toMatch(said);
    expect(shown[0]).toMatchObject({ tag: "ntc_1", body: "", data: { path: "/inbox/all?c=cnv_1" } });
  });

  it.each([
    [null, BACK],
    [wordsIn("ru"), { ...BACK, about: undefined }],
    [wordsIn("ru"), { ...BACK, kind: "floor_warning" }],
  ])("is said as the desk says it where its words or facts are not here", async (words, notice) => {
    const { shown, push } = worker(words);
    await push(notice);
    expect(shown.map(({ title }) => title)).toEqual([BACK.title]);
  });

  it("leads to the very note, or to the page of its kind", async () => {
    const { shown, push } = worker(null);
    for (const notice of [{ ...BACK, kind: "mention", about: { note_id: "nte_1" } }, { ...BACK, kind: "floor_warning", conversation_id: null }, { ...BACK, conversation_id: null }]) await push(notice);
    expect(shown.map(({ data }) => data.path)).toEqual(["/inbox/all?c=cnv_1#m=nte_1", "/board", "/"]);
  });

  it("is not shown to who has the desk before them, nor where it is none", async () => {
    const before = worker(null, [{ url: "https://desk.test/inbox", visibilityState: "visible", focused: true }]);
    await before.push(BACK);
    const beside = worker(null, [{ url: "https://desk.test/inbox", visibilityState: "visible" }]);
    await beside.push(BACK);
    expect([before.shown.length, beside.shown.length]).toEqual([0, 1]);
  });
});

describe("a press on it", () => {
  const [inbox, board] = ["https://desk.test/inbox/mine?c=cnv_1", "https://desk.test/board"];
  it.each([
    [[board, inbox], inbox],
    [["https://desk.test/dev/phones", board], board],
  ])("of %j brings %s to the front", async (urls, chosen) => {
    const { done, press } = worker(null, urls.map((url) => ({ url })));
    await press("/inbox/all?c=cnv_1");
    expect(done).toEqual([`${chosen} goes to /inbox/all?c=cnv_1`, `${chosen} is focused`]);
  });

  it("opens a tab where none is the desk's", async () => {
    const { done, press } = worker(null, [{ url: "https://desk.test/dev/phones" }, { url: "https://desk.test/widget/1", frameType: "nested" }]);
    await press("/inbox/all?c=cnv_1");
    expect(done).toEqual(["/inbox/all?c=cnv_1 is opened"]);
  });
});
