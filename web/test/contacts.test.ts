/** Contacts and the context panel: fields, attributes, timelines, merges, decisions, what is read anew. */

import { describe, expect, it } from "vitest";
import { attributesOf, changed, definitions, valueOf } from "../src/contact/attributes";
import { hoursOf, hoursTyped, meant, shownFields, trust, typed, type ProfileField } from "../src/contact/fields";
import { isOver, shareOf } from "../src/contact/job";
import { askedOf, byDay, conversationOf, familyOf, NO_FILTER, statusOf, type TimelineLine } from "../src/contact/timeline";
import { ways } from "../src/contact/verification";
import { partsOf } from "../src/inbox/context/live";
import { localTime } from "../src/inbox/context/local";
import { addressesIn, inNumber, whomOf } from "../src/inbox/context/side";
import { dueOf, pointsOf } from "../src/inbox/context/tasks";
import { candidatesOf, untold, type Decision } from "../src/inbox/context/why";
import { countsOf, faultsOf, formatOf } from "../src/pages/contacts/files";
import { matchShown, rowsOf } from "../src/pages/contacts/found";
import { isSame, sorted, whyShown, winner, type Field } from "../src/pages/contacts/merge";

const said = (value: unknown, source = "agent", contact_id = "con_1") => ({ value, source, contact_id, at: "2026-11-22T10:00:00Z", by: "" }) as ProfileField["shown"];
const field = (name: string, value: unknown): ProfileField => ({ name, shown: said(value), others: [], disputed: false });

describe("fields", () => {
  it("shows what matters always, and the rest where somebody has said something", () => {
    const some = shownFields([field("goals", ["a"]), field("attribute.x", 1)], false);
    expect(some).toEqual(["name", "email", "phone", "language", "time_zone", "tier", "goals"]);
    expect(shownFields([], true)).toHaveLength(14);
  });

  it("says of a list its parts, of nothing that the word is taken away", () => {
    expect(meant("interests", " tea，  music , ")).toEqual(["tea", "music"]);
    expect(meant("interests", " , ")).toBeNull();
    expect(meant("name", "  ")).toBeNull();
    expect(typed("goals", ["a", "b"])).toBe("a, b");
    expect(typed("name", null)).toBe("");
  });

  it("reads the hours of a week as they are typed, and names the days that cannot be read", () => {
    expect(hoursOf({ "0": "9:00-12:00, 14:00 – 18:00", "6": "" })).toEqual({ hours: { "0": [["09:00", "12:00"], ["14:00", "18:00"]] }, wrong: [] });
    expect(hoursOf({ "1": "nine", "2": "09:00-10:00" })).toEqual({ hours: { "2": [["09:00", "10:00"]] }, wrong: ["1"] });
    expect(hoursOf({})).toEqual({ hours: null, wrong: [] });
    expect(hoursTyped([["09:00", "12:00"], ["14:00", "18:00"]])).toBe("09:00-12:00, 14:00-18:00");
  });

  it("tells proof from what somebody says, and that from what was typed", () => {
    expect(["verified", "site", "provider"].map(trust)).toEqual(["proven", "proven", "proven"]);
    expect(["agent", "import", "store"].map(trust)).toEqual(["told", "told", "told"]);
    expect(["visitor", "rumour"].map(trust)).toEqual(["typed", "typed"]);
  });

  it("sends a code by an inbox that leads to the address and is on", () => {
    const inboxes = [{ channel: "email", enabled: false }, { channel: "email", enabled: true }, { channel: "sms", enabled: true }];
    expect(ways("email", inboxes)).toEqual([inboxes[1]]);
    expect(ways("phone", inboxes)).toEqual([inboxes[2]]);
  });
});

describe("attributes", () => {
  const known = definitions({ version: 1, allow_others: true, attributes: [{ key: "plan", name: "Plan", type: "choice", choices: ["a"], required: true }] as never });

  it("are those defined first, then the others that the contact has, of the type of their value", () => {
    const found = attributesOf({ seats: 3, vip: true, ratio: 0.5 }, known);
    expect(found.map(({ definition, loose, value }) => [definition.key, definition.type, loose, value])).toEqual([
      ["plan", "choice", false, undefined],
      ["ratio", "number", true, 0.5],
      ["seats", "integer", true, 3],
      ["vip", "boolean", true, true],
    ]);
  });

  it("are values of their type, or none", () => {
    expect([valueOf("integer", " 12 "), valueOf("integer", "1.5"), valueOf("number", "1,5"), valueOf("number", "x")]).toEqual([12, undefined, 1.5, undefined]);
    expect([valueOf("boolean", "true"), valueOf("boolean", "false"), valueOf("text", " "), valueOf("text", " a ")]).toEqual([true, false, undefined, "a"]);
  });

  it("are sent as a whole, with one changed or gone", () => {
    expect(changed({ a: 1, b: "x" }, "a", 2)).toEqual({ a: 2, b: "x" });
    expect(changed({ a: 1, b: "x" }, "a", undefined)).toEqual({ b: "x" });
  });
});

const line = (kind: string, data: object = {}, occurred_at = "2026-11-22T10:00:00Z") => ({ kind, data, occurred_at, channel: "email" }) as unknown as TimelineLine;

describe("timeline", () => {
  it("leads to the conversation that another one went into", () => {
    expect(conversationOf(line("conversation", { conversation_id: "cnv_1", merged_into: "cnv_2" }))).toBe("cnv_2");
    expect(conversationOf(line("call", { conversation_id: "cnv_1" }))).toBe("cnv_1");
    expect(conversationOf(line("order.placed"))).toBeNull();
    expect([statusOf(line("conversation", { status: "open" })), statusOf(line("call", { status: "open" }))]).toEqual(["open", null]);
  });

  it("knows kinds by their beginning, by whole words", () => {
    expect([familyOf("order.placed"), familyOf("order"), familyOf("orderly.thing")]).toEqual(["order", "order", "other"]);
  });

  it("asks for whole days of the reader, and for nothing that was not asked", () => {
    expect(askedOf(NO_FILTER)).toEqual({});
    const { after, before, ...rest } = askedOf({ kind: "order", q: " 12 ", from: "2026-11-01", to: "2026-11-01" });
    expect(rest).toEqual({ kind: "order", q: "12" });
    expect(Date.parse(before ?? "") - Date.parse(after ?? "")).toBe(86_400_000);
  });

  it("puts lines of a day together", () => {
    const lines = ["2026-11-22T10:00:00Z", "2026-11-22T09:00:00Z", "2026-11-21T10:00:00Z"].map((at) => line("note", {}, at));
    expect(byDay(lines, (at) => at.slice(0, 10)).map(({ day, lines: of }) => [day, of.length])).toEqual([["2026-11-22", 2], ["2026-11-21", 1]]);
  });
});

describe("finding", () => {
  const contact = (id: string, display_name = id, email: string | null = null) => ({ id, display_name, email, phone: null }) as never;

  it("shows a contact once, whether a list or a search found it", () => {
    const rows = rowsOf([{ items: [contact("con_1"), { contact: contact("con_2"), matches: [] }] }, { items: [contact("con_1")] }]);
    expect(rows.map((row) => row.contact.id)).toEqual(["con_1", "con_2"]);
  });

  it("says what matched where the row does not show it", () => {
    const matches = [{ field: "name", how: "exact", value: "Ada" }, { field: "label", how: "prefix", value: "vip" }, { field: "label", how: "exact", value: "vip" }];
    expect(matchShown(contact("con_1", "Ada"), matches)).toBe("vip");
  });

  it("tells of an import what the job counted, and of rows what was wrong", () => {
    expect([formatOf("a.CSV"), formatOf("a.json"), formatOf("b.jsonl")]).toEqual(["csv", "json", "jsonl"]);
    expect(countsOf({ created: 2, failed: 0, mapping: {} })).toEqual([["created", 2], ["failed", 0]]);
    expect(faultsOf([{ row: 4, field: "email", error: "bad" }])).toEqual([{ row: "4", field: "email", error: "bad" }]);
    expect([shareOf({ done: 5, total: 0 }), shareOf({ done: 5, total: 10 }), shareOf({ done: 12, total: 10 })]).toEqual([null, 0.5, 1]);
    expect(["waiting", "running", "done", "failed", "cancelled"].filter(isOver)).toEqual(["done", "failed", "cancelled"]);
  });
});

describe("merge preview", () => {
  const preview = (mine: ProfileField["shown"] | null, theirs: ProfileField["shown"] | null, shown: ProfileField["shown"]) =>
    ({ name: "name", outcome: "kept", mine, theirs, shown }) as Field;

  it("folds what is alike and says what the result is due to", () => {
    const fields = [
      preview(said("Bob"), said("Bob", "visitor"), said("Bob")),
      preview(said("Bob"), said("B.", "visitor"), said("Bob")),
      preview(said("Old"), said("New"), said("New")),
      preview(null, said("x"), said("x")),
      preview(said("x"), null, said("x")),
    ];
    expect(fields.map(whyShown)).toEqual(["same", "stronger", "newer", "only_theirs", "only_mine"]);
    expect(fields.map(winner)).toEqual(["mine", "mine", "theirs", "theirs", "mine"]);
    expect(fields.map(isSame)).toEqual([true, false, false, false, false]);
    expect(sorted(fields).same).toHaveLength(1);
  });
});

describe("why", () => {
  const decision = (changes: Partial<Decision>) => ({ agent_id: null, weighed: [], skipped: [], skipped_count: 0, ...changes }) as Decision;

  it("puts who was chosen first, then who could, then who was passed over with the reason", () => {
    const rows = candidatesOf(
      decision({
        agent_id: "agt_2",
        weighed: [{ agent_id: "agt_1", free_percent: 80, idle_seconds: 5 }, { agent_id: "agt_2", free_percent: 60, idle_seconds: 9 }],
        skipped: [{ agent_id: "agt_3", reason: "full", detail: "5 of 5" }],
      }),
    );
    expect(rows.map(({ agentId, verdict, freePercent, reason }) => [agentId, verdict, freePercent, reason])).toEqual([
      ["agt_2", "chosen", 60, null],
      ["agt_1", "could", 80, null],
      ["agt_3", "skipped", null, "full"],
    ]);
  });

  it("names whom the customer knew, who was not weighed", () => {
    expect(candidatesOf(decision({ agent_id: "agt_9" })).map((each) => [each.agentId, each.verdict])).toEqual([["agt_9", "chosen"]]);
    expect(untold(decision({ skipped_count: 25, skipped: [{ agent_id: "agt_3", reason: "full", detail: "" }] }))).toBe(24);
  });
});

describe("the panel", () => {
  it("reads anew only what an event concerns", () => {
    expect(partsOf(["task.created"])).toEqual(["tasks"]);
    expect(partsOf(["side_thread.replied", "sla.warned"])).toEqual(["side-threads", "clocks"]);
    expect(partsOf(["announcement.made", "strange"])).toEqual([]);
  });

  it("asks people by their ids, mailboxes by their addresses, a channel by its id", () => {
    const asked = { kind: "colleague" as const, people: ["agt_1", "team_2"], to: "a@x.test; b@y.test", cc: "", inbox: "ibx_1", channel: " C1 " };
    expect(whomOf(asked)).toEqual({ agent_ids: ["agt_1"], team_ids: ["team_2"] });
    expect(whomOf({ ...asked, kind: "email" })).toEqual({ to: ["a@x.test", "b@y.test"], cc: [], inbox_id: "ibx_1" });
    expect(whomOf({ ...asked, kind: "slack" })).toEqual({ channel_id: "C1" });
  });

  it("does not complain about an address while it is typed", () => {
    expect(addressesIn("a@x.test, bo").wrong).toEqual([]);
    expect(addressesIn("bo, a@x.test").wrong).toEqual(["bo"]);
  });

  it("shows a side thread in its order, each message once", () => {
    const message = (id: string, number: number) => ({ id, number });
    expect(inNumber([{ items: [message("c", 3), message("b", 2)] }, { items: [message("b", 2), message("a", 1)] }]).map((each) => each.id)).toEqual(["a", "b", "c"]);
  });

  it("takes points and times as they are typed", () => {
    expect(pointsOf("- Ask\n\n • Refund ")).toEqual(["Ask", "Refund"]);
    expect([dueOf(""), dueOf("nonsense")]).toEqual([null, null]);
    expect(dueOf("2026-11-22T10:00")).toBe(new Date("2026-11-22T10:00").toISOString());
  });

  it("knows the customer's time where it knows their zone", () => {
    expect(localTime("ru-RU", "Asia/Hong_Kong", Date.UTC(2026, 10, 22, 4, 31))).toBe("12:31");
    expect(localTime("ru-RU", "Nowhere/At_All", 0)).toBeNull();
  });
});
