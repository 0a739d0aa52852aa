import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "../src/i18n/languages";
import { sentenceWords, type Told } from "../src/inbox/context/sentenceWords";
import { sayIn } from "./saying";

const told = (facts: Told["facts"], more: Partial<Told> = {}): Told => ({ outcome: "assigned", sentence: "As the desk says it.", relaxed: [], facts, ...more });
const passed = { full: 1, lacks_skill: 1, unavailable: 2, declined: 1, other_team: 1 };

/** The desk's own sentence (tests/domain/test_routing.py and test_offers.py), and the same in the others. */
const CASES: [Told, Record<Language, string>][] = [
  [
    told({ kind: "returning", name: "Ana" }),
    {
      en: "Ana gets it: the customer was with them before, and they have room.",
      "zh-Hant": "由 Ana 承接：客戶先前由其服務，且仍有餘裕。",
      "zh-Hans": "由 Ana 承接：客户此前由其接待，且仍有余量。",
      ru: "Диалог получает Ana. Этот сотрудник уже общался с клиентом, и место у него есть.",
    },
  ],
  [
    told({ kind: "free", name: "B", percent: 100, able: 3 }),
    {
      en: "B gets it: 100 % of their capacity is free, the most of 3 who could take it.",
      "zh-Hant": "由 B 承接：尚有 100% 的處理量，為 3 位可承接者中最多。",
      "zh-Hans": "由 B 承接：还有 100% 的处理量，是 3 位可承接者中最多的。",
      ru: "Диалог получает B. Свободно 100 % нагрузки, больше всех из 3 возможных сотрудников.",
    },
  ],
  [
    told({ kind: "free", name: "B", percent: 20, able: 1 }, { outcome: "offered", relaxed: ["lang:de", "billing"] }),
    {
      en: "B is offered it after asking for less of lang:de, billing: 20 % of their capacity is free, the only one who could take it.",
      "zh-Hant": "已邀請 B（已放寬：lang:de, billing）：尚有 20% 的處理量，是唯一可承接的人。",
      "zh-Hans": "已邀请 B（已放宽：lang:de, billing）：还有 20% 的处理量，是唯一可承接的人。",
      ru: "Диалог предложен: B (требования снижены: lang:de, billing). Свободно 20 % нагрузки, взять больше некому.",
    },
  ],
  [
    told({ kind: "own_busy", name: "Own" }, { outcome: "waiting" }),
    {
      en: "It waits for Own, who knows the customer and is busy now.",
      "zh-Hant": "等候 Own：熟悉該客戶，但目前忙碌。",
      "zh-Hans": "正在等 Own：熟悉该客户，但目前忙碌。",
      ru: "Ожидает: клиента знает Own, но сейчас у этого сотрудника нет места.",
    },
  ],
  [
    told({ kind: "nobody", passed }, { outcome: "waiting", relaxed: ["lang:de"] }),
    {
      en: "It waits after asking for less of lang:de: 1 with no room, 1 without the skills, 2 not available, 1 who did not take it, 1 of another team.",
      "zh-Hant": "等候中（已放寬：lang:de）：1 位已達上限，1 位技能不足，2 位無法服務，1 位未接受，1 位屬於其他團隊。",
      "zh-Hans": "等候中（已放宽：lang:de）：1 位已达上限，1 位技能不足，2 位无法服务，1 位未接受，1 位属于其他团队。",
      ru: "Ожидает (требования снижены: lang:de): нет места — 1, не хватает навыков — 1, недоступны — 2, не взяли — 1, из другой команды — 1.",
    },
  ],
  [
    told({ kind: "no_agents" }, { outcome: "waiting" }),
    { en: "It waits: there is nobody in the team.", "zh-Hant": "等候中：團隊中沒有任何人。", "zh-Hans": "等候中：团队中没有任何人。", ru: "Ожидает: в команде никого нет." },
  ],
  [
    told({ kind: "manual" }, { outcome: "waiting" }),
    { en: "It waits until somebody takes it.", "zh-Hant": "等候有人領取。", "zh-Hans": "等候有人领取。", ru: "Ожидает, пока кто-нибудь не возьмёт." },
  ],
  [
    told({ kind: "accepted", name: "Ana", seconds: 1, reason: "" }),
    { en: "Ana accepted it after 1 second.", "zh-Hant": "Ana 於 1 秒後接受。", "zh-Hans": "Ana 在 1 秒后接受。", ru: "Ana: предложение принято через 1 секунду." },
  ],
  [
    told({ kind: "declined", name: "Ana", seconds: 12, reason: "" }, { outcome: "waiting" }),
    { en: "Ana declined it after 12 seconds.", "zh-Hant": "Ana 於 12 秒後婉拒。", "zh-Hans": "Ana 在 12 秒后拒绝。", ru: "Ana: отказ через 12 секунд." },
  ],
  [
    told({ kind: "declined", name: "Ana", seconds: 12, reason: "Lunch" }, { outcome: "waiting" }),
    { en: "Ana declined it after 12 seconds: Lunch.", "zh-Hant": "Ana 於 12 秒後婉拒：Lunch。", "zh-Hans": "Ana 在 12 秒后拒绝：Lunch。", ru: "Ana: отказ через 12 секунд: Lunch." },
  ],
  [
    told({ kind: "expired", name: "Ana", seconds: 32, reason: "no_answer" }, { outcome: "waiting" }),
    { en: "Ana did not answer within 32 seconds.", "zh-Hant": "Ana 未在 32 秒內回覆。", "zh-Hans": "Ana 未在 32 秒内回复。", ru: "Ana: нет ответа за 32 секунды." },
  ],
];

describe.each(Object.keys(LANGUAGES) as Language[])("a decision's sentence in %s", (language) => {
  const say = sayIn(language, ["decisions"]);
  it.each(CASES.map(([decision, words]) => [words.en, decision, words[language]] as const))("%s", (_, decision, expected) => {
    expect(sentenceWords(decision, say)).toBe(expected);
  });

  it("is the desk's own where the kind is not known", () => {
    for (const facts of [{}, { kind: "by_magic" }, { kind: "constructor" }]) expect(sentenceWords(told(facts), say)).toBe("As the desk says it.");
  });
});
