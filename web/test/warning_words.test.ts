import { describe, expect, it } from "vitest";
import { Formats } from "../src/i18n/formats";
import { LANGUAGES, LOCALES, type Language } from "../src/i18n/languages";
import { warningWords, type Warning } from "../src/pages/board/warningWords";
import { sayIn } from "./saying";

const NAMES = new Map([["team_1", "Chat"]]);
const HOUR = Date.parse("2026-11-22T09:00:00Z") / 1000;
const warning = (rule: Warning["rule"], numbers: Warning["numbers"], more: Partial<Warning> = {}): Warning => ({
  rule,
  subject: "team_1",
  team_id: "team_1",
  said: "As the desk says it.",
  action: "What the desk would do.",
  numbers,
  lend: [],
  ...more,
});
const slow = { target_seconds: 180, minutes_left: 4.2, depth: 8, joining_per_minute: 2.25, taken_per_minute: 1 };

const CASES: [string, Warning, Record<Language, [string, string | null]>][] = [
  [
    "a queue that will be slow",
    warning("queue_wait", slow),
    {
      en: ["Chat: waits of more than 3 min in about 4 min 12 sec; 8 wait, 2.3 join and 1.0 are taken a minute.", "Nobody of another team is free: ask who is away, or move work to other hours."],
      "zh-Hant": ["Chat：約 4 分鐘 12 秒後等候將超過 3 分鐘；8 位等候中，每分鐘加入 2.3 位、處理 1.0 位。", "其他團隊無人有空：請詢問離開中的人員，或將工作移至其他時段。"],
      "zh-Hans": ["Chat：约 4分钟 12秒后等候将超过 3分钟；8 位等候中，每分钟加入 2.3 位、接走 1.0 位。", "其他团队无人空闲：请询问离开的人员，或将工作移到其他时段。"],
      ru: ["Chat: примерно через 4 мин 12 с ожидание превысит 3 мин; ждут: 8; в минуту приходит 2,3, берут 1,0.", "В других командах никто не свободен: спросите тех, кто отошёл, или перенесите работу на другое время."],
    },
  ],
  [
    "a queue that is slow, where somebody could be lent",
    warning("queue_wait", { ...slow, minutes_left: 0, depth: 1 }, { team_id: null, subject: "fallback", lend: ["agt_1"] }),
    {
      en: ["Everybody's queue: waits of more than 3 min already; 1 waits, 2.3 join and 1.0 are taken a minute.", null],
      "zh-Hant": ["共用佇列：等候已超過 3 分鐘；1 位等候中，每分鐘加入 2.3 位、處理 1.0 位。", null],
      "zh-Hans": ["公共队列：等候已超过 3分钟；1 位等候中，每分钟加入 2.3 位、接走 1.0 位。", null],
      ru: ["Общая очередь: ожидание уже дольше 3 мин; ждут: 1; в минуту приходит 2,3, берут 1,0.", null],
    },
  ],
  [
    "promises of service that are broken",
    warning("sla_burn", { missed: 32, counted: 80, objective_percent: 90 }, { subject: "team_1/first_response" }),
    {
      en: ["Chat: 40 % of promises (First answer) were broken in the last hours, 32 of 80; 10 % may be.", "Look at what is late on the floor first: it costs the objective most."],
      "zh-Hant": ["Chat：近幾小時有 40% 的承諾（首次回覆）未達成，80 則中的 32 則；容許 10%。", "請先處理現場已逾時者：對目標影響最大。"],
      "zh-Hans": ["Chat：近几小时有 40% 的承诺（首次回复）未兑现，80 个中的 32 个；允许 10%。", "请先处理现场已超时的对话：对目标影响最大。"],
      ru: ["Chat: за последние часы нарушено 40 % обещаний (Первый ответ), 32 из 80; допустимо 10 %.", "Сначала займитесь просроченным: оно сильнее всего портит показатель."],
    },
  ],
  [
    "few customers",
    warning("volume", { count: 2, usual: 50.5, deviations: -6, hour_at: HOUR }, { subject: "whatsapp", team_id: null }),
    {
      en: ["WhatsApp: 2 conversations began in the hour from 10:00 AM; 50.5 are usual.", "Few came: look whether the inbox works (its health, its webhook)."],
      "zh-Hant": ["WhatsApp：上午10:00 起的一小時內新增 2 則對話；平常為 50.5。", "來客稀少：請檢查收件匣是否正常（健康狀態、Webhook）。"],
      "zh-Hans": ["WhatsApp：10:00 起的一小时内新增 2 个对话；平时为 50.5。", "来客较少：请检查收件箱是否正常（健康状态、Webhook）。"],
      ru: ["WhatsApp: за час с 10:00 начато 2 диалога; обычно 50,5.", "Пришло мало: проверьте, работает ли ящик (его состояние и вебхук)."],
    },
  ],
  [
    "many customers",
    warning("volume", { count: 160, usual: 100, deviations: 6, hour_at: HOUR }, { subject: "whatsapp", team_id: null }),
    {
      en: ["WhatsApp: 160 conversations began in the hour from 10:00 AM; 100 are usual.", "Many came: look what they write about, and who else can answer."],
      "zh-Hant": ["WhatsApp：上午10:00 起的一小時內新增 160 則對話；平常為 100。", "來客眾多：看看大家在問什麼，還有誰能回覆。"],
      "zh-Hans": ["WhatsApp：10:00 起的一小时内新增 160 个对话；平时为 100。", "来客较多：看看大家在问什么，还有谁能回复。"],
      ru: ["WhatsApp: за час с 10:00 начато 160 диалогов; обычно 100.", "Пришло много: посмотрите, о чём пишут и кто ещё может отвечать."],
    },
  ],
  [
    "promises that are due together",
    warning("promises", { due: 5, within_minutes: 15, first_at: HOUR + 180 }, { team_id: null, subject: "fallback" }),
    {
      en: ["Everybody: 5 promises are due within 15 min, the first at 10:03 AM.", "Take these up first, or tell the customers a new time."],
      "zh-Hant": ["全體：15 分鐘內有 5 項承諾到期，最早為 上午10:03。", "請先處理這些，或告知客戶新的時間。"],
      "zh-Hans": ["全体：15 分钟内有 5 项承诺到期，最早为 10:03。", "请先处理这些，或告知客户新的时间。"],
      ru: ["Все: в ближайшие 15 мин истекают 5 обещаний, первое — в 10:03.", "Займитесь ими в первую очередь или сообщите клиентам новое время."],
    },
  ],
];

describe.each(Object.keys(LANGUAGES) as Language[])("an early warning in %s", (language) => {
  const [say, formats] = [sayIn(language, ["board", "channels"]), new Formats(LOCALES[language], "Europe/Berlin")];
  const words = (one: Warning) => warningWords(one, NAMES, say, formats);

  it.each(CASES)("tells of %s", (_, one, expected) => {
    const { said, action } = words(one);
    expect([said.replace(/[\u00a0\u202f]/gu, " "), action]).toEqual(expected[language]);
  });

  it("is the desk's own where the page does not know all of it", () => {
    const own = { said: "As the desk says it.", action: "What the desk would do." };
    expect(words(warning("moon" as Warning["rule"], {}))).toEqual(own);
    expect(words(warning("constructor" as Warning["rule"], {}))).toEqual(own);
    expect(words(warning("volume", { count: 2, usual: 50, deviations: -6 }))).toEqual(own);
    expect(words(warning("sla_burn", { missed: 1, counted: 2, objective_percent: 90 }, { subject: "team_1/moon" }))).toEqual(own);
  });
});
