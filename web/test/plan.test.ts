import { describe, expect, it } from "vitest";
import { bodyOf, emailsOf, faults, ruleOf, type Plan } from "../src/pages/schedules/plan";

const PLAN: Plan = {
  name: " WhatsApp, weekly ",
  metric: "first_response",
  by: "team",
  channel: "whatsapp",
  period: "last_week",
  every: "week",
  weekday: "MO",
  time: "08:00",
  zone: "Europe/Madrid",
  emails: "boss@example.com, desk@example.com",
  file: "xlsx",
  language: "en",
};

describe("a plan", () => {
  it.each([
    [{ every: "day", time: "7:05" }, "FREQ=DAILY;BYHOUR=7;BYMINUTE=5"],
    [{ every: "weekday", time: "08:00" }, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=0"],
    [{ every: "week", weekday: "FR", time: "23:59" }, "FREQ=WEEKLY;BYDAY=FR;BYHOUR=23;BYMINUTE=59"],
    [{ every: "month", time: "00:30" }, "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=0;BYMINUTE=30"],
  ] as const)("comes by a rule: %o", (more, rule) => {
    expect(ruleOf({ ...PLAN, ...more })).toBe(rule);
  });

  it("is what the API takes", () => {
    const body = bodyOf(PLAN);
    expect(body.name).toBe("WhatsApp, weekly");
    expect(body.where).toEqual({ channel: ["whatsapp"] });
    expect(body.recipients.map((each) => each.address)).toEqual(["boss@example.com", "desk@example.com"]);
    expect(body.formats).toEqual(["mail", "xlsx"]);
    expect(body.sections[0]?.by).toEqual(["team"]);
  });

  it("says which field is wrong", () => {
    expect([...faults({ ...PLAN, name: " ", time: "25:00", emails: "boss" })].sort()).toEqual(["emails", "name", "time"]);
    expect(faults(PLAN).size).toBe(0);
    expect(faults({ ...PLAN, emails: "" }).has("emails")).toBe(true);
  });

  it("takes addresses however they are set apart", () => {
    expect(emailsOf("a@b.c; d@e.f\n g@h.i,")).toEqual(["a@b.c", "d@e.f", "g@h.i"]);
  });
});
