import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "../src/i18n/languages";
import { FACTS } from "../src/pages/admin/kit/condition";
import { factWords, isMeant } from "../src/pages/admin/kit/factWords";
import { sayIn } from "./saying";

const say = (language: Language) => sayIn(language, ["admin_rules"]);

describe("facts of conditions", () => {
  it.each(Object.keys(LANGUAGES) as Language[])("are each called by words of their own in %s", (language) => {
    const words = FACTS.map((field) => factWords(field, say(language)));
    expect(new Set(words).size).toBe(FACTS.length);
    for (const each of words) expect(each).not.toMatch(/^$|rules\.|_/u);
  });

  it("are told with which one it is, and not at all where nobody knows them", () => {
    expect(factWords("contact.tier", say("ru"))).toBe("Уровень клиента");
    expect(factWords("attribute.size", say("zh-Hant"))).toBe("聯絡人屬性：size");
    expect(factWords("attribute.", say("zh-Hans"))).toBe("联系人属性");
    for (const field of ["", "contact.", "contact.tiers", "constructor"]) expect(factWords(field, say("en"))).toBe("");
  });

  it("are found by their name and by their words", () => {
    const found = (typed: string) => FACTS.filter((field) => isMeant(field, typed, say("en")));
    expect(found("customer's tier")).toEqual(["contact.tier"]);
    expect(found("contact.ti")).toEqual(["contact.tier"]);
    expect(found("")).toEqual([...FACTS]);
    expect(found("moon")).toEqual([]);
  });
});
