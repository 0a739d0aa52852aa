import { describe, expect, it } from "vitest";
import { emojiOf } from "../build/emoji";
import { EMOJI } from "../src/inbox/composer/emojiData";
import { emojiFor, emojiFrom } from "../src/inbox/composer/emojiSearch";
import { LANGUAGES, type Language } from "../src/i18n/languages";

const english = emojiOf("en");
const all = Object.fromEntries(Object.keys(LANGUAGES).map((language) => [language, emojiFrom(language === "en" ? english : emojiOf(language), english)]));
const found = (language: Language, query: string, most = 5): string[] => emojiFor(all[language] ?? [], query, most).map(({ sign }) => sign);

describe("emoji", () => {
  it.each([
    ["en", "smile", "😄"], ["en", "thank", "🙏"], ["en", "+1", "👍"], ["en", "thumbs_up", "👍"], ["en", "red heart", "❤️"], ["en", "part", "🎉"],
    ["ru", "спасибо", "🙏"], ["ru", "Сердц", "❤️"], ["ru", "smile", "😄"], ["zh-Hant", "謝謝", "🙏"], ["zh-Hant", "愛心", "❤️"], ["zh-Hans", "谢谢", "🙏"], ["zh-Hans", "心", "❤️"],
  ] as const)("are found in %s by %s: %s", (language, query, sign) => {
    expect(found(language, query)).toContain(sign);
  });

  it("that are called so come first, then those that are written often", () => {
    expect(found("en", "smile")[0]).toBe("😄");
    expect(found("en", "heart", 1)).toEqual(["❤️"]);
    expect(found("en", "package", 1)).toEqual(["📦"]);
  });

  it("are named in the reader's language", () => {
    expect(all["ru"]?.find(({ sign }) => sign === "📦")?.name).toMatch(/\p{Script=Cyrillic}/u);
    expect(all["zh-Hant"]?.find(({ sign }) => sign === "📦")?.name).toMatch(/\p{Script=Han}/u);
  });

  it("are not found by nothing, nor by what none is called", () => {
    expect([found("en", " "), found("en", ":"), found("en", "xyzzy"), found("en", "smile xyzzy")]).toEqual([[], [], [], []]);
  });

  it("that are offered by kind have words, in every language", () => {
    for (const language of Object.keys(LANGUAGES)) {
      const known = new Set(all[language]?.map(({ sign }) => sign));
      expect(EMOJI.flatMap((kind) => kind.all).filter((sign) => !known.has(sign))).toEqual([]);
    }
  });

  it("are no parts of others, and none too new for most phones", () => {
    const signs = new Set(english.map(([sign]) => sign));
    expect([signs.has("🏻"), signs.has("🇦"), signs.has("🫩"), signs.size > 1_500]).toEqual([false, false, false, true]);
  });
});
