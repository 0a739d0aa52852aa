/** Rules of the list of conversations: what is of it, in what order, what stays still, what is said, what takes a change back. */

import { describe, expect, it } from "vitest";
import { Formats } from "../src/i18n/formats";
import type { Say } from "../src/i18n/texts";
import { calls, changeOf, portions, snoozes, undoing } from "../src/inbox/list/bulk";
import { chipsOf } from "../src/inbox/list/chips";
import { counted, numberOf } from "../src/inbox/list/numbers";
import { merged, need, sorted, steady, STAYS_FOR, type ApiReason, type Listed } from "../src/inbox/list/order";
import { belongs, conditionOf, filterOf, NO_FILTER, placeOf, sortOf, topicsOf, viewOf, type Row } from "../src/inbox/list/places";
import { channelMark, MARKED } from "../src/ui/channelMarks";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

function row(id: string, more: Partial<Row> = {}): Row {
  return {
    id, status: "open", contact_id: "con_1", contact_name: "Bob", channel: "whatsapp", inbox_id: "ibx_1", active_leg_id: "leg_1",
    assignee_id: "agt_me", team_id: null, priority: "normal", labels: [], unread: 0, waiting_since: null, last_activity_at: ago(0),
    opened_at: ago(60), snoozed_until: null, wake_on: "any_inbound", episode: 1, last_message: null, tier: null, taken_over: null, version: 1, ...more,
  };
}

const listed = (id: string, more: Partial<Row> = {}, reasons: ApiReason[] | null = null): Listed => ({ row: row(id, more), reasons });
const reason = (kind: string, more: Partial<ApiReason>): ApiReason => ({ kind, text: kind, minutes: 0, at: null, seconds: null, value: null, ...more });
const ids = (all: readonly Listed[]): string[] => all.map((each) => each.row.id);

describe("places", () => {
  it.each(["mine", "windows", "team/team_1", "saved/view_1", "inbox/ibx_1"])("%s is read and written alike", (view) => expect(viewOf(placeOf(view))).toBe(view));

  it("that there are not are the first one", () => expect([placeOf("nonsense"), placeOf("team/")]).toEqual([{ kind: "mine", id: "" }, { kind: "mine", id: "" }]));

  it("have an order of their own, or the one asked for", () => {
    expect([sortOf(placeOf("mine"), undefined), sortOf(placeOf("unassigned"), "newest"), sortOf(placeOf("windows"), "need")]).toEqual(["need", "newest", null]);
  });

  it("follow their own work, and all teams where others' conversations are shown", () => {
    expect(topicsOf(placeOf("mine"), "agt_me", ["team_1"])).toEqual(["work:agt_me"]);
    expect(topicsOf(placeOf("all"), "agt_me", ["team_1"])).toEqual(["work:agt_me", "team:fallback", "team:team_1"]);
    expect(topicsOf(placeOf("all"), "agt_me", Array.from({ length: 99 }, (_, n) => `team_${n}`)).length).toBeLessThan(50);
  });

  it.each([
    ["mine", {}, true],
    ["mine", { assignee_id: "agt_other" }, false],
    ["unassigned", { assignee_id: null }, true],
    ["snoozed", { status: "snoozed" }, true],
    ["all", { status: "resolved" }, false],
    ["all", { merged_into: "cnv_2" } as Partial<Row>, false],
    ["team/team_1", { team_id: "team_1" }, true],
    ["saved/view_1", {}, null],
  ] as const)("%s: a row with %j belongs: %s", (view, more, wanted) => expect(belongs(placeOf(view), NO_FILTER, "agt_me", row("a", more))).toBe(wanted));

  it("are narrowed by what the address says, as views are", () => {
    const filter = filterOf({ channel: "sms", priority: "urgent", status: "nonsense" });
    expect(filter).toEqual({ ...NO_FILTER, channel: "sms", priority: "urgent" });
    expect(conditionOf(filter)).toEqual({ all: [{ field: "channel", is: "sms" }, { field: "priority", is: "urgent" }] });
    expect(conditionOf(filterOf({ label: "vip" }))).toEqual({ field: "labels", is: "vip" });
    expect(conditionOf(NO_FILTER)).toEqual({});
    expect(belongs(placeOf("mine"), filter, "agt_me", row("a"))).toBe(false);
  });
});

describe("the order", () => {
  it("is by need: waiting, promises, tier, priority", () => {
    const waits = listed("waits", { waiting_since: ago(20) });
    const due = listed("due", { waiting_since: ago(1) }, [reason("sla", { at: ago(-2) })]);
    const gold = listed("gold", {}, [reason("tier", { minutes: 25, value: "gold" })]);
    const urgent = listed("urgent", { priority: "urgent" });
    expect(ids(sorted([waits, due, gold, urgent], "need", NOW))).toEqual(["urgent", "due", "gold", "waits"]);
    expect(need(listed("late", {}, [reason("sla", { at: ago(90) })]), NOW)).toBe(30);
  });

  it("is by who waits longest, or by what is newest; ties stand", () => {
    const all = [listed("b", { waiting_since: ago(1), last_activity_at: ago(1) }), listed("a", { last_activity_at: ago(1) }), listed("c", { waiting_since: ago(9), last_activity_at: ago(9) })];
    expect(ids(sorted(all, "waiting", NOW))).toEqual(["c", "b", "a"]);
    expect(ids(sorted(all, "newest", NOW))).toEqual(["a", "b", "c"]);
    expect(sorted(all, null, NOW)).toBe(all);
  });
});

describe("what is told live", () => {
  const of = (each: Row) => each.status === "open";
  const read = [listed("a", { last_activity_at: ago(1) }), listed("b", { last_activity_at: ago(5) })];

  it("takes the place of what was read where it is newer, and lets go what is of the list no more", () => {
    const found = merged(read, [row("a", { version: 2, unread: 3 }), row("b", { version: 1, unread: 9 })], of, true);
    expect(found.map((each) => each.row.unread)).toEqual([3, 0]);
    expect(found[1]).toBe(read[1]);
    expect(ids(merged(read, [row("a", { version: 2, status: "resolved" })], of, true))).toEqual(["b"]);
  });

  it("comes in where it belongs, but not behind the end of what was read", () => {
    const live = [row("new", { last_activity_at: ago(0) }), row("old", { last_activity_at: ago(50) })];
    expect(ids(merged(read, live, of, false))).toEqual(["a", "b", "new"]);
    expect(ids(merged(read, live, of, true))).toEqual(["a", "b", "new", "old"]);
    expect(merged([], live, of, false)).toEqual([]);
  });
});

describe("the list", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => listed(id)) as [Listed, Listed, Listed, Listed];
  const first = steady([], [a, b, c], NOW, true).shown;
  const seen = ({ shown }: ReturnType<typeof steady>) => shown.map(({ listed: each, leftAt }) => (leftAt === null ? each.row.id : `(${each.row.id})`)).join(" ");

  it("stays still while somebody is in it, and grows at its end", () => {
    const next = steady(first, [c, a, b, d], NOW, true);
    expect([seen(next), next.changed]).toEqual(["a b c d", true]);
    const more = steady(first, [a, b, c, d], NOW, true);
    expect([seen(more), more.changed]).toEqual(["a b c d", false]);
    expect(seen(steady(first, [d, a, b, c], NOW, true))).toBe("a b c");
    expect(seen(steady(first, [d, c, a, b], NOW, false))).toBe("d c a b");
  });

  it("keeps who has left for a moment, where they stood; longer while somebody is in it", () => {
    const left = steady(first, [c, a], NOW, false);
    expect(seen(left)).toBe("c a (b)");
    expect(seen(steady(left.shown, [c, a], NOW + STAYS_FOR - 1, false))).toBe("c a (b)");
    expect(seen(steady(left.shown, [c, a], NOW + STAYS_FOR, false))).toBe("c a");
    expect(seen(steady(left.shown, [c, a], NOW + 10 * STAYS_FOR, true))).toBe("c a (b)");
    expect(seen(steady(left.shown, [b, c, a], NOW + 1, false))).toBe("b c a");
  });

  it("gives the same rows as long as nothing about them changes", () => expect(steady(first, [a, b, c], NOW, false).shown[0]).toBe(first[0]));
});

describe("chips", () => {
  const say = ((id: string, values?: Record<string, unknown>) => `${id} ${values?.["time"] ?? ""}`.trim()) as Say;
  const formats = new Formats("en-US", "UTC");
  const said = (each: Listed, me = "agt_me") => chipsOf(each, NOW, say, formats, me).map(({ text, tone }) => `${text} ${tone}`);

  it("say what presses most first, by the row where it knows better", () => {
    const reasons = [reason("sla", { at: ago(-4), minutes: 26 }), reason("tier", { value: "vip", minutes: 15 }), reason("returned", { seconds: 52 * 60 }), reason("waiting", { at: ago(99) })];
    expect(said(listed("a", { waiting_since: ago(2), priority: "high" }, reasons))).toEqual([
      "list.chip_returned 52 min 0 sec info".replace(" 0 sec", ""), "list.chip_sla 4 min bad", "VIP info", "list.chip_high warn", "list.chip_waiting 2 min plain",
    ]);
  });

  it("tell that a customer is back to whose they are alone", () => {
    const back = listed("a", {}, [reason("returned", { seconds: 52 * 60 })]);
    expect([said(back), said(back, "agt_2")]).toEqual([["list.chip_returned 52 min info"], []]);
  });

  it("tell a broken promise, a closed window, and nobody's wait in what is over", () => {
    expect(said(listed("a", {}, [reason("sla", { at: ago(3) })]))).toEqual(["list.chip_sla_missed 3 min bad"]);
    expect(said({ ...listed("a"), closesAt: ago(1) })).toEqual(["list.chip_window_closed plain"]);
    expect(said({ ...listed("a"), closesAt: ago(-90) })).toEqual(["list.chip_window 1 hr 30 min warn"]);
    expect(said(listed("a", { status: "resolved", waiting_since: ago(5) }))).toEqual([]);
  });
});

describe("changes of many", () => {
  const before = [row("a", { priority: "high", team_id: "team_1" }), row("b", { priority: "low" }), row("c", { priority: "high" })];

  it("leave the team alone where an owner is given", () => {
    const made = calls(changeOf({ action: "assign", assignee_id: "agt_2" }), before);
    expect(made.map(({ team_id, ids: some }) => [team_id, some])).toEqual([["team_1", ["a"]], [null, ["b", "c"]]]);
    expect(calls(changeOf({ action: "transfer", team_id: "team_2" }), before).map(({ team_id, ids: some }) => [team_id, some])).toEqual([["team_2", ["a", "b", "c"]]]);
  });

  it("go by a hundred", () => expect(portions(Array.from({ length: 250 }, (_, n) => `cnv_${n}`)).map((some) => some.length)).toEqual([100, 100, 50]));

  it("are taken back to what each row had", () => {
    const steps = undoing(changeOf({ action: "priority", priority: "urgent" }), before, NOW);
    expect(steps).toMatchObject([{ body: { priority: "high", ids: ["a", "c"] } }, { body: { priority: "low", ids: ["b"] } }]);
    expect(undoing(changeOf({ action: "assign", assignee_id: "agt_2" }), [before[0] as Row], NOW)).toEqual([{ kind: "assignment", id: "a", body: { assignee_id: "agt_me", team_id: "team_1" } }]);
    const snoozed = [row("a", { status: "snoozed", snoozed_until: ago(-60) }), row("b", { status: "snoozed", snoozed_until: ago(60) })];
    expect(undoing(changeOf({ action: "status", status: "resolved" }), snoozed, NOW)).toMatchObject([{ body: { status: "snoozed", snoozed_until: ago(-60), ids: ["a"] } }, { body: { status: "open", keep_owner: true, ids: ["b"] } }]);
  });

  it("put aside until times that are to come; Monday is never today", () => {
    for (const day of [22, 23, 24]) {
      const now = new Date(2026, 10, day, 12);
      for (const { at } of snoozes(now)) expect(at.getTime()).toBeGreaterThan(now.getTime());
      expect(snoozes(now).at(-1)?.at.getDay()).toBe(1);
    }
  });
});

describe("numbers", () => {
  const none = { open: 0, pending: 0, snoozed: 0, resolved: 0, unassigned: 0 };
  const counts = { desk: { ...none, open: 9, unassigned: 4, resolved: 1_234 }, mine: { ...none, open: 2 }, teams: { team_1: { ...none, open: 5 } }, inboxes: {} };

  it.each([["mine", 2], ["unassigned", 4], ["all", 9], ["resolved", 1_234], ["team/team_1", 5], ["team/team_2", null], ["followed", null]] as const)("%s has %s", (view, n) => {
    expect(numberOf(placeOf(view), counts)).toBe(n);
  });

  it("above a thousand are not counted out", () => expect([counted(1_000), counted(1_234)]).toEqual([{ n: 1_000, more: false }, { n: 1_000, more: true }]));
});

describe("channels", () => {
  it("have a sign each, and so has one that is not known", () => {
    expect(new Set(MARKED.map((name) => channelMark(name).code)).size).toBe(MARKED.length);
    expect(channelMark("pigeon").code).toBe("PI");
  });
});
