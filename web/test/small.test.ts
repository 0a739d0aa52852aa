import { describe, expect, it } from "vitest";
import { again } from "../src/api/queries";
import { problemOf, Unreachable } from "../src/api/problem";
import { SignedOut } from "../src/access/keeper";
import { barOf } from "../src/app/bar";
import { initials } from "../src/app/initials";
import { loadConfig, NoConfig } from "../src/config";
import { Formats } from "../src/i18n/formats";
import { preferred } from "../src/i18n/languages";

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("formats", () => {
  const [en, ru, hant] = [new Formats("en-US", "UTC"), new Formats("ru-RU", "UTC"), new Formats("zh-TW", "Asia/Taipei")];

  it.each([
    [0, "0 sec"],
    [52_400, "52 sec"],
    [64_000, "1 min 4 sec"],
    [3_600_000, "1 hr"],
    [3_840_000, "1 hr 4 min"],
    [90 * 3_600_000, "3 days 18 hr"],
    [86_400_000 + 61_000, "1 day"],
    [60_000, "1 min"],
    [-5, "0 sec"],
  ])("write %d ms as %s", (milliseconds, text) => {
    expect(plain(en.duration(milliseconds))).toBe(text);
  });

  it("follow language and zone", () => {
    const at = "2026-11-22T04:31:05Z";
    expect(plain(en.clock(at))).toBe("4:31:05 AM");
    expect(plain(ru.clock(at))).toBe("04:31:05");
    expect(hant.clock(at)).toContain("12:31:05");
    expect(plain(ru.number(12_345.6))).toBe("12 345,6");
    expect(plain(en.percent(0.1234))).toBe("12.3%");
    expect(plain(en.money(1_250_000))).toBe("$1.25");
    expect(en.ago(at, Date.parse(at) + 300_000)).toBe("5 minutes ago");
  });
});

describe("the language", () => {
  it.each([
    [["de", "zh-HK"], "zh-Hant"],
    [["zh-Hant-CN"], "zh-Hant"],
    [["zh-CN"], "zh-Hans"],
    [["zh"], "zh-Hans"],
    [["ru-RU"], "ru"],
    [["fr"], "en"],
    [[], "en"],
  ])("of a browser that asks for %j is %s", (asked, found) => {
    expect(preferred(asked)).toBe(found);
  });
});

describe("names", () => {
  it.each([
    ["Ada Lind", "AL"],
    ["王小明", "小明"],
    ["Анна", "А"],
    ["", "?"],
  ])("%s is %s", (name, short) => expect(initials(name)).toBe(short));
});

describe("attempts", () => {
  it("are made again for what may pass, never for refusals", () => {
    expect([again(0, new Unreachable()), again(0, problemOf(503, {})), again(0, problemOf(429, {}))]).toEqual([true, true, true]);
    expect([again(0, problemOf(404, {})), again(0, new SignedOut()), again(3, new Unreachable())]).toEqual([false, false, false]);
  });

  it("tell a refusal that is no problem document", () => {
    expect(problemOf(502, "<html>")).toMatchObject({ status: 502, code: "unknown", requestId: null });
  });
});

describe("the config", () => {
  const answer = (body: string, status = 200) => (async () => new Response(body, { status })) as typeof fetch;

  it("is taken whole", async () => {
    const sent = { api_url: "https://api.test/api/", sign_in: { url: "https://pool.test", client_id: "c" }, stage: "prod" };
    expect(await loadConfig(answer(JSON.stringify(sent)))).toEqual({ ...sent, phones: false, api_url: "https://api.test/api" });
  });

  it.each(["{}", "<!doctype html>", '{"api_url": "nowhere"}'])("is refused where it is %s", async (body) => {
    await expect(loadConfig(answer(body))).rejects.toBeInstanceOf(NoConfig);
  });
});

describe("a phone's bar", () => {
  it("has all places that fit, else the first ones and a way to the others", () => {
    expect(barOf(["a", "b", "c", "d"], 4)).toEqual({ shown: ["a", "b", "c", "d"], more: [] });
    expect(barOf(["a", "b", "c", "d", "e"], 4)).toEqual({ shown: ["a", "b", "c"], more: ["d", "e"] });
  });
});
