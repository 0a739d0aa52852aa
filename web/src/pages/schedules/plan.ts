/** A plan for a report that comes by itself, as its form has it; and as the API takes it. */

import type { Schemas } from "../../api/client";

export const EVERY = ["day", "weekday", "week", "month"] as const;
export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export const FORMS = ["mail", "xlsx", "csv", "json"] as const;
export const LATER = ["yesterday", "last_week", "last_7_days", "last_28_days", "last_month"] as const;

export interface Plan {
  name: string;
  metric: string;
  by: string;
  channel: string;
  period: (typeof LATER)[number];
  every: (typeof EVERY)[number];
  weekday: (typeof WEEKDAYS)[number];
  /** HH:MM. */
  time: string;
  zone: string;
  /** With commas between. */
  emails: string;
  file: (typeof FORMS)[number];
  language: Schemas["ReportScheduleBody"]["language"];
}

const TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/;
const MAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;

export type Fault = "name" | "time" | "emails";

export const emailsOf = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((each) => each.trim())
    .filter((each) => each !== "");

/** What is wrong with it, field by field; what only the API can know, it says. */
export function faults(plan: Plan): Set<Fault> {
  const found = new Set<Fault>();
  if (plan.name.trim() === "") found.add("name");
  if (!TIME.test(plan.time)) found.add("time");
  const emails = emailsOf(plan.emails);
  if (emails.length === 0 || emails.some((each) => !MAIL.test(each))) found.add("emails");
  return found;
}

/** RFC 5545. */
export function ruleOf({ every, weekday, time }: Pick<Plan, "every" | "weekday" | "time">): string {
  const [, hour = "8", minute = "0"] = TIME.exec(time) ?? [];
  const at = `BYHOUR=${Number(hour)};BYMINUTE=${Number(minute)}`;
  if (every === "day") return `FREQ=DAILY;${at}`;
  if (every === "weekday") return `FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;${at}`;
  return every === "week" ? `FREQ=WEEKLY;BYDAY=${weekday};${at}` : `FREQ=MONTHLY;BYMONTHDAY=1;${at}`;
}

export function bodyOf(plan: Plan): Schemas["ReportScheduleBody"] {
  const formats: Schemas["ReportScheduleBody"]["formats"] = plan.file === "mail" ? ["mail"] : ["mail", plan.file];
  return {
    name: plan.name.trim(),
    sections: [
      {
        title: plan.name.trim(),
        period: plan.period,
        metrics: [plan.metric],
        by: plan.by === "all" ? [] : [plan.by as never],
        where: {},
        step: "whole",
        business: false,
        compare: true,
      },
    ],
    where: plan.channel.trim() === "" ? {} : { channel: [plan.channel.trim()] },
    recurrence: { rule: ruleOf(plan), zone: plan.zone, start: null },
    recipients: emailsOf(plan.emails).map((address) => ({ way: "email", address })),
    formats,
    language: plan.language,
    // Whoever makes it has it.
    owner_id: null,
    enabled: true,
  } as Schemas["ReportScheduleBody"];
}
