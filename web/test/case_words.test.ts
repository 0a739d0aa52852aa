import { describe, expect, it } from "vitest";
import { Formats } from "../src/i18n/formats";
import { LANGUAGES, LOCALES, type Language } from "../src/i18n/languages";
import { briefWords, milestoneWords } from "../src/inbox/context/caseWords";
import { sayIn } from "./saying";

type Words = Record<Language, string>;
type Facts = Record<string, unknown>;

const AREAS = ["actions", "channels", "context", "decisions"];
const CODES = Object.keys(LANGUAGES) as Language[];
const words = (en: string, hant: string, hans: string, ru: string): Words => ({ en, "zh-Hant": hant, "zh-Hans": hans, ru });

const MILESTONES: [string, Facts, Words][] = [
  ["began", { channel: "whatsapp" }, words("Began on WhatsApp.", "開始於 WhatsApp。", "开始于 WhatsApp。", "Начало: WhatsApp.")],
  ["leg", { channel: "email" }, words("Went on over E-mail.", "改由 電子郵件 繼續。", "转到 电子邮件 继续。", "Продолжение: Эл. почта.")],
  ["queued", {}, words("Joined a queue.", "已加入佇列。", "已加入队列。", "Попал в очередь.")],
  ["queued", { position: 3 }, words("Joined a queue, as number 3.", "已加入佇列，順位 3。", "已加入队列，排在第 3 位。", "Попал в очередь под номером 3.")],
  ["assigned", { kind: "accepted", name: "Ana", seconds: 2, reason: "" }, words("Ana accepted it after 2 seconds.", "Ana 於 2 秒後接受。", "Ana 在 2 秒后接受。", "Ana: предложение принято через 2 секунды.")],
  [
    "assigned",
    { kind: "free", name: "Ana", percent: 50, able: 1, less: ["lang:de"] },
    words(
      "Ana gets it after asking for less of lang:de: 50 % of their capacity is free, the only one who could take it.",
      "由 Ana 承接（已放寬：lang:de）：尚有 50% 的處理量，是唯一可承接的人。",
      "由 Ana 承接（已放宽：lang:de）：还有 50% 的处理量，是唯一可承接的人。",
      "Диалог получает Ana (требования снижены: lang:de). Свободно 50 % нагрузки, взять больше некому.",
    ),
  ],
  ["assigned", { kind: "given", name: "Ana", by: "Sue" }, words("Given to Ana by Sue.", "由 Sue 指派給 Ana。", "由 Sue 分配给 Ana。", "Ana получает диалог, назначает Sue.")],
  ["answered", {}, words("Answered for the first time.", "首次回覆。", "首次回复。", "Первый ответ дан.")],
  ["escalated", { tier: "Experts", reason: "Depot" }, words("Escalated to Experts: Depot", "已升級至 Experts：Depot", "已升级到 Experts：Depot", "Эскалация: Experts: Depot")],
  ["de_escalated", {}, words("Handed back", "已退回", "已退回", "Возврат")],
  ["taken_over", { reason: "Urgent" }, words("Taken over: Urgent", "已接手：Urgent", "已接管：Urgent", "Взят на себя: Urgent")],
  ["moved", { from: "whatsapp", to: "email" }, words("Moved from WhatsApp to E-mail.", "已從WhatsApp移至電子郵件。", "已从WhatsApp转到电子邮件。", "Перенесён: WhatsApp → Эл. почта.")],
  ["promise_kept", { words: "A call" }, words("A call: kept.", "A call：已履行。", "A call：已履行。", "A call: выполнено.")],
];

const LINES: [section: string, code: string, text: string, facts: Facts, words: Words][] = [
  ["who", "email", "a@b.c (from visitor)", { value: "a@b.c", source: "visitor" }, words("a@b.c (from visitor)", "a@b.c（來源：visitor）", "a@b.c（来源：visitor）", "a@b.c (источник: visitor)")],
  ["who", "phone", "+49", { value: "+49", source: "" }, words("+49", "+49", "+49", "+49")],
  ["who", "identity", "telegram bob", { channel: "telegram", value: "bob" }, words("Telegram bob", "Telegram bob", "Telegram bob", "Telegram bob")],
  ["about", "priority", "high", {}, words("High", "高", "高", "Высокий")],
  ["about", "escalation", "P: T (ticket)", { path: "P", tier: "T", ticket: true }, words("P: T (ticket)", "P：T（工單）", "P：T（工单）", "P: T (заявка)")],
  ["state", "status", "open", {}, words("open", "處理中", "处理中", "открыт")],
  ["state", "waiting", "The customer has waited for 10 min.", { seconds: 600 }, words("The customer has waited for 10 min.", "客戶已等候 10 分鐘。", "客户已等候 10分钟。", "Клиент ждёт 10 мин.")],
  ["state", "clock", "first_response is broken", { clock: "first_response", broken: true }, words("First reply: broken", "首次回覆：已違反", "首次回复：已违反", "Первый ответ: нарушено")],
  ["state", "window", "The window for free text closes.", { open: true }, words("The window for free text closes.", "自由輸入時段將結束。", "自由回复窗口将关闭。", "Окно для свободного ответа закроется.")],
  ["tried", "owner", "Ana had it for 2 min.", { name: "Ana", has: false, seconds: 120 }, words("Ana had it for 2 min.", "Ana 曾負責 2 分鐘。", "Ana 曾负责 2分钟。", "Диалог вёл сотрудник Ana: 2 мин.")],
  ["tried", "status", "open to pending", { previous: "open", status: "pending" }, words("open to pending", "由處理中改為等待客戶", "从处理中改为等待客户", "открыт → ждёт клиента")],
];

describe.each(CODES)("a case in %s", (language) => {
  const [say, formats] = [sayIn(language, AREAS), new Formats(LOCALES[language], "Europe/Berlin")];

  it.each(MILESTONES)("has a milestone %s %o", (code, facts, expected) => {
    expect(milestoneWords({ code, text: "As the desk says it.", facts }, say)).toBe(expected[language]);
  });

  it.each(LINES)("has a line %s %s %s", (section, code, text, facts, expected) => {
    expect(briefWords(section, { code, text, facts }, say, formats)).toBe(expected[language]);
  });

  it("keeps what somebody added to a move", () => {
    const text = "Moved from WhatsApp to e-mail. He asked.";
    expect(milestoneWords({ code: "moved", text, facts: { from: "whatsapp", to: "email" } }, say)).toMatch(/WhatsApp.+[.。] He asked\.$/u);
  });

  it("is told as the desk tells it where the page knows no words", () => {
    const text = "As the desk says it.";
    for (const code of ["moved", "constructor"]) expect(milestoneWords({ code, text, facts: {} }, say)).toBe(text);
    expect(milestoneWords({ code: "assigned", text, facts: { less: [] } }, say)).toBe(text);
    for (const code of ["link", "toString", "clock"]) expect(briefWords("state", { code, text, facts: {} }, say, formats)).toBe(text);
    expect(briefWords("events", { code: "status", text, facts: {} }, say, formats)).toBe(text);
  });
});
