import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { another, bars, bodyOf, copied, draftOf, faultsOf, intervalOf, pairOf, withClosed } from "../src/pages/admin/hours/week";
import { conditionOf, rowsOf } from "../src/pages/admin/kit/condition";
import { lineOf, parsed, shown } from "../src/pages/admin/kit/json";
import { unitOf } from "../src/pages/admin/kit/amount";
import { columnsOf, isName, withLevel, type Presence } from "../src/pages/admin/skills/matrix";
import { changesOf, draftOf as announced, local, stateOf, type Announcement } from "../src/pages/admin/announcements/announcement";
import { bodyOf as capacityBody, USUAL_LOAD } from "../src/pages/admin/capacity/capacity";
import { blankRoute, differing, isShaped, type Rules } from "../src/pages/admin/routing/draft";
import { needsOf, rowsOf as rowsOfNeeds } from "../src/pages/admin/rules/needs";
import { may, rightsOf, subjectsOf } from "../src/pages/admin/roles/rights";

const CALENDAR = {
  name: "Office",
  zone: "Europe/Berlin",
  weekly: { "0": [["09:00", "12:30"], ["13:30", "18:00"]], "4": [["22:00", "26:00"]], "6": [["00:00", "24:00"]] },
  exceptions: { "2026-12-25": { intervals: [], name: "Christmas" }, "2026-12-24": { intervals: [["09:00", "12:00"]], name: "" } },
};

describe("business hours", () => {
  it("goes there and back, over midnight too", () => {
    const draft = draftOf(CALENDAR);
    expect(draft.week[4]).toEqual([{ start: "22:00", end: "02:00", next: true }]);
    expect(draft.week[6]).toEqual([{ start: "00:00", end: "00:00", next: true }]);
    expect(draft.exceptions.map((each) => each.date)).toEqual(["2026-12-24", "2026-12-25"]);
    const body = bodyOf(draft);
    expect(body.weekly).toEqual({ ...CALENDAR.weekly, "1": [], "2": [], "3": [], "5": [] });
    expect(body.exceptions).toEqual(CALENDAR.exceptions);
  });

  it("takes an end that is not after the start as the next day's, and one that is meant so", () => {
    expect(pairOf({ start: "22:00", end: "02:00", next: false })).toEqual(["22:00", "26:00"]);
    expect(pairOf({ start: "08:00", end: "08:00", next: false })).toEqual(["08:00", "32:00"]);
    expect(pairOf(intervalOf(["09:00", "34:00"]))).toEqual(["09:00", "34:00"]);
  });

  it("names what misses a time and what meets another", () => {
    const nine = { start: "09:00", end: "12:00", next: false };
    expect([...faultsOf([nine, { start: "12:00", end: "13:00", next: false }])]).toEqual([]);
    expect([...faultsOf([nine, { start: "11:00", end: "13:00", next: false }, { start: "", end: "13:00", next: false }])]).toEqual([
      [1, "overlap"],
      [2, "missing"],
    ]);
  });

  it("proposes another interval after the last one", () => {
    expect(another([])).toEqual({ start: "09:00", end: "17:00", next: false });
    expect(another([{ start: "09:00", end: "13:00", next: false }])).toEqual({ start: "14:00", end: "18:00", next: false });
    expect(another([{ start: "22:00", end: "02:00", next: true }]).start).toBe("23:00");
  });

  it("draws what Friday leaves over on Saturday", () => {
    const { week } = draftOf(CALENDAR);
    expect(bars(week, 4)).toEqual([{ from: 22 / 24, to: 1 }]);
    expect(bars(week, 5)).toEqual([{ from: 0, to: 2 / 24 }]);
  });

  it("copies a day, and adds closed dates beside those there are", () => {
    const draft = copied(draftOf(CALENDAR), 0, [1, 2]);
    expect(draft.week[1]).toEqual(draft.week[0]);
    expect(draft.week[1]).not.toBe(draft.week[0]);
    const more = withClosed(draft, { "2026-12-24": "Eve", "2026-11-01": "All Saints" });
    expect(more.exceptions.map((each) => each.name)).toEqual(["All Saints", "", "Christmas"]);
  });
});

describe("conditions", () => {
  it.each([
    {},
    { field: "contact.language", is: "de" },
    { field: "episode", is: 2 },
    { field: "attribute.code", is: "007" },
    { field: "attribute.code", is_not: "true" },
    { all: [{ field: "labels", in: ["vip", "gold"] }, { field: "contact.customer_days", at_least: 30 }] },
    { any: [{ field: "sla_at_risk", is: true }, { field: "attribute.x", exists: false }, { field: "text", contains: "12" }] },
  ])("shows %j as rows, and makes the same of them", (condition) => {
    expect(conditionOf(rowsOf(condition)!)).toEqual(condition);
  });

  it("leaves what is deeper to JSON", () => {
    expect(rowsOf({ not: { field: "labels", is: "x" } })).toBeNull();
    expect(rowsOf({ all: [{ any: [{ field: "labels", is: "x" }] }] })).toBeNull();
    expect(rowsOf({ field: "labels", in: ["a,b"] })).toBeNull();
  });
});

describe("texts that are JSON", () => {
  it("tells where they break", () => {
    expect(parsed('{\n  "a": 1,\n  oops\n}').fault).toEqual({ line: 3, column: 3 });
    expect(parsed('{"a": [1 2]}').fault).toEqual({ line: 1, column: 10 });
    expect(parsed('{"a": 1').fault).not.toBeNull();
    expect(parsed('{"a": [1, "x\\n"]}')).toEqual({ value: { a: [1, "x\n"] }, fault: null });
  });

  it("finds the line of what the API names, or of its nearest parent", () => {
    const text = shown([{ name: "a", targets: { first: 1 } }, { name: "b", targets: { first: 2 } }]);
    expect(lineOf(text, "[1].targets.first")).toBe(11);
    expect(lineOf(text, "[1].targets.second")).toBe(10);
    expect(lineOf(text, "nothing")).toBeNull();
  });
});

describe("durations", () => {
  it.each([
    [0, "minute"],
    [90, "second"],
    [120, "minute"],
    [7_200, "hour"],
    [172_800, "day"],
  ])("%i seconds are said in %ss", (seconds, unit) => expect(unitOf(seconds)).toBe(unit));
});

describe("skills", () => {
  const people = [{ skills: { "lang:de": 2, refund: 3 } }, { skills: { billing: 1 } }] as unknown as Presence[];

  it("has a column for each skill, languages last", () => {
    expect(columnsOf(people, ["vip"])).toEqual(["billing", "refund", "vip", "lang:de"]);
  });

  it("changes one level, and takes the skill away at none", () => {
    expect(withLevel({ refund: 3, "lang:de": 2 }, "refund", 0)).toEqual({ "lang:de": 2 });
    expect(withLevel({}, "refund", 9)).toEqual({ refund: 5 });
    expect([isName("lang:zh-Hant"), isName("two words"), isName("")]).toEqual([true, false, false]);
  });
});

describe("roles", () => {
  const document = JSON.parse(readFileSync(new URL("../../tests/golden/openapi.json", import.meta.url), "utf-8")) as unknown;

  it("are told by the API's document", () => {
    const rights = rightsOf(document);
    const invite = rights.find((right) => right.method === "POST" && right.path === "/agents");
    expect(invite).toMatchObject({ subject: "agents", role: "admin" });
    expect([may("supervisor", invite!), may("admin", invite!)]).toEqual([false, true]);
    expect(rights.some((right) => right.path === "/openapi.json")).toBe(false);
    const [hours] = subjectsOf(rights, "calendar file");
    expect(hours).toMatchObject({ name: "hours", counts: { agent: 0, supervisor: 0, admin: 1 } });
  });
});

describe("routing rules", () => {
  const rules = { mode: "direct", modes: {}, routes: [], priorities: [], closings: [], vip: null, tell_wait: null, missed_offers: 2, reply_seconds: 0 } as unknown as Rules;

  it("tell in which parts they differ, and whether a form can show them", () => {
    expect(differing(rules, { ...rules })).toEqual([]);
    const other = { ...rules, reply_seconds: 60, vip: { field: "contact.tier", is: "gold" }, routes: [blankRoute()] };
    expect(differing(rules, other)).toEqual(["giving", "routes", "vip"]);
    expect([isShaped(other), isShaped({ ...rules, routes: undefined } as unknown as Rules)]).toEqual([true, false]);
  });

  it("keep what it takes to write first, by purpose and channel", () => {
    const needs = { service: { any: "nothing", sms: "consent" }, marketing: { any: "consent" } };
    expect(needsOf(rowsOfNeeds(needs))).toEqual(needs);
  });
});

describe("announcements", () => {
  const stored = { starts_at: "2026-03-04T08:00:00Z", ends_at: "2026-04-04T08:00:00Z", title: "T", body: "B", level: "info", team_ids: [], requires_ack: false, version: 3 } as unknown as Announcement;

  it("send no beginning that nobody changed", () => {
    const draft = announced(stored);
    expect(changesOf(draft, stored, 3)).not.toHaveProperty("starts_at");
    const later = changesOf({ ...draft, ends: local("2026-05-01T10:00:00Z") }, stored, 3);
    expect(later.ends_at).toBe("2026-05-01T10:00:00.000Z");
  });

  it("are to come, shown, or over", () => {
    const at = (text: string) => stateOf(stored, Date.parse(text));
    expect([at("2026-03-01T00:00:00Z"), at("2026-03-05T00:00:00Z"), at("2026-05-01T00:00:00Z")]).toEqual(["later", "now", "over"]);
  });
});

describe("capacity", () => {
  it("sends a weight of one's own alone", () => {
    const load = { ...USUAL_LOAD, weights: { ...USUAL_LOAD.weights, live: 4 } };
    expect(capacityBody(load)).toEqual({ units: 10, reserve: 1, hours_id: null, weights: { live: 4, messaging: null, asynchronous: null, voice: null } });
  });
});
