import { expect, describe, it } from "vitest";
import type { Conversation } from "../src/desk/conversation";
import { changeOf, keyFrom, offered } from "../src/inbox/actions/labelling";
import { byRoom, type Colleague } from "../src/inbox/actions/people";
import { isOffered, refusalOf, statusBefore } from "../src/inbox/actions/rules";
import { fieldFrom, momentFrom, presetTime } from "../src/inbox/actions/times";
import { digits, endings, leftOf, type Offer } from "../src/inbox/offers/rules";
import { isBeforeThem, isFresh, isQuiet, placeOf, soundOf, soundsHere, type Notice } from "../src/app/notices/classes";
import { talksOf } from "../src/app/LastTab";
import { awayFor, returnOf, shownReturn } from "../src/app/notices/returning";
import { choiceFrom } from "../src/app/notices/sounds";
import { titleOf } from "../src/app/notices/title";

const NOW = Date.parse("2030-03-06T12:00:00Z");
const conversation = (more: Partial<Conversation> = {}): Conversation =>
  ({ status: "open", assignee_id: null, merged_into: null, taken_over: null, tier: null, snoozed_until: null, wake_on: "any_inbound", last_message: null, ...more }) as Conversation;
const agent = { id: "agt_1", supervisor: false };
const supervisor = { id: "agt_2", supervisor: true };

describe("what can be done", () => {
  it.each([
    ["resolve", { status: "resolved" }, agent, "actions.not.resolved"],
    ["resolve", {}, agent, null],
    ["reopen", {}, agent, "actions.not.open_already"],
    ["assign.me", { assignee_id: "agt_1" }, agent, "actions.not.mine_already"],
    ["give_back", {}, agent, "actions.not.anybodys"],
    ["escalate", { status: "snoozed" }, agent, "actions.not.open"],
    ["take_over", {}, agent, "actions.not.supervisor"],
    ["take_over", {}, supervisor, null],
    ["hand_back", {}, supervisor, "actions.not.taken_over"],
    ["labels", { merged_into: "cnv_2" }, agent, "actions.not.merged"],
    ["transcript", { merged_into: "cnv_2" }, agent, null],
  ] as const)("%s of %o: %s", (act, more, asker, refusal) => expect(refusalOf(act, conversation(more as Partial<Conversation>), asker)).toBe(refusal));

  it("offers one of two opposites", () => {
    expect([isOffered("resolve", conversation(), agent), isOffered("reopen", conversation(), agent)]).toEqual([true, false]);
    expect(isOffered("take_over", conversation(), agent)).toBe(false);
  });

  it("takes back to how it stood, and a snooze whose time has come to open", () => {
    expect(statusBefore(conversation({ status: "resolved" }), NOW)).toEqual({ status: "resolved", keep_owner: true });
    const snoozed = conversation({ status: "snoozed", snoozed_until: "2030-03-07T09:00:00Z", wake_on: "time" });
    expect(statusBefore(snoozed, NOW)).toEqual({ status: "snoozed", snoozed_until: "2030-03-07T09:00:00Z", wake_on: "time" });
    expect(statusBefore(snoozed, Date.parse("2030-03-08T00:00:00Z"))).toEqual({ status: "open", keep_owner: true });
  });
});

describe("times to put aside until", () => {
  const wednesday = new Date(2030, 2, 6, 12, 30);
  it.each([
    ["hour", new Date(2030, 2, 6, 13, 30)],
    ["tomorrow", new Date(2030, 2, 7, 9)],
    ["monday", new Date(2030, 2, 11, 9)],
    ["week", new Date(2030, 2, 13, 9)],
  ] as const)("%s", (preset, at) => expect(presetTime(preset, wednesday)).toEqual(at));

  it("on a Monday the next one is meant", () => expect(presetTime("monday", new Date(2030, 2, 4, 8))).toEqual(new Date(2030, 2, 11, 9)));

  it("reads what a field says, and says what is wrong", () => {
    expect(momentFrom(fieldFrom(new Date(2030, 2, 7, 9, 5)), wednesday)).toEqual(new Date(2030, 2, 7, 9, 5));
    expect([momentFrom("", wednesday), momentFrom("2030-03-06T12:00", wednesday), momentFrom("2032-01-01T00:00", wednesday)]).toEqual(["empty", "past", "far"]);
  });
});

it("labels: those for conversations and those that are on it; keys are made of names", () => {
  const labels = [{ key: "vip", name: "VIP", scopes: ["contact"] }, { key: "refund", name: "Refund", scopes: [] }];
  expect(offered(labels, ["old"]).map((each) => each.key)).toEqual(["refund", "old"]);
  expect(changeOf(["a", "b"], new Set(["b", "c"]))).toEqual({ put: ["c"], off: ["a"] });
  expect([keyFrom("Späte Lieferung!", []), keyFrom("退款", ["label"])]).toEqual(["spate_lieferung", "label_2"]);
});

it("colleagues: who is there first, and of those who has the most room", () => {
  const one = (id: string, available: boolean, used: number) => ({ id, name: id, team_ids: [], presence: { available, used, units: 10 } }) as unknown as Colleague;
  expect([one("c", false, 0), one("b", true, 8), one("a", true, 2)].sort(byRoom).map((each) => each.id)).toEqual(["a", "b", "c"]);
});

describe("offers", () => {
  const offer = { conversation_id: "cnv_1", offered_at: "2030-03-06T12:00:00Z", until: "2030-03-06T12:00:30Z" } as Offer;
  it("tells the time left by share and digits", () => {
    expect(leftOf(offer, NOW + 15_500)).toEqual({ seconds: 15, share: 14_500 / 30_000 });
    expect([leftOf(offer, NOW + 60_000).seconds, digits(75)]).toEqual([0, "1:15"]);
  });
  it("tells those that ran out from those that were taken, and nothing of what was answered here", () => {
    expect(endings([offer], [], new Set(), NOW + 30_000)).toEqual([{ offer, ending: "missed" }]);
    expect(endings([offer], [], new Set(), NOW + 5_000)).toEqual([{ offer, ending: "over" }]);
    expect(endings([offer], [], new Set(["cnv_1@2030-03-06T12:00:00Z"]), NOW)).toEqual([]);
    const again = { ...offer, offered_at: "2030-03-06T12:05:00Z" };
    expect(endings([offer], [again], new Set(), NOW + 90_000)).toHaveLength(1);
  });
});

describe("notices", () => {
  it("have a sound by what they are; an offer's card rings by itself", () => {
    expect([soundOf("returned"), soundOf("sla_breached"), soundOf("report"), soundsHere("offered")]).toEqual(["important", "sla", null, null]);
  });
  it("are not told to who looks at the very conversation, nor late", () => {
    expect([isBeforeThem("cnv_1", { focusedOn: "cnv_1" }), isBeforeThem("cnv_1", { focusedOn: null }), isBeforeThem(null, { focusedOn: null })]).toEqual([true, false, false]);
    expect([isFresh("2030-03-06T11:59:30Z", NOW), isFresh("2030-03-06T11:00:00Z", NOW)]).toEqual([true, false]);
  });
  it("lead to what they are about", () => {
    const notice = { kind: "mention", conversation_id: "cnv_1", about: { note_id: "nte_1" } } as unknown as Notice;
    expect([placeOf(notice), placeOf({ kind: "floor_warning", conversation_id: null, about: {} }), placeOf({ kind: "task_due", conversation_id: null, about: {} })]).toEqual(["/inbox/all?c=cnv_1#m=nte_1", "/board", null]);
  });
  it("keep quiet by the wall clock of a zone, beyond midnight too", () => {
    const hours = { zone: "Europe/Berlin", start: "22:00", end: "07:00", days: [4] };
    // 2030-03-08 is a Friday; Berlin is an hour ahead.
    const at = (time: string) => isQuiet(hours, Date.parse(time));
    expect([at("2030-03-08T21:30:00Z"), at("2030-03-09T05:30:00Z"), at("2030-03-08T05:30:00Z"), at("2030-03-09T21:30:00Z")]).toEqual([true, true, false, false]);
    expect([isQuiet({ ...hours, start: "12:00", end: "13:30", days: [2] }, NOW), isQuiet(null, NOW)]).toEqual([true, false]);
  });
  it("of who is back end with an answer, or after five minutes", () => {
    const notices = [{ kind: "returned" as const, conversation_id: "cnv_1", at: "2030-03-06T11:58:00Z", about: { idle_seconds: 3120, unread: 2 } }];
    const found = returnOf(notices, "cnv_1");
    expect(found).toEqual({ at: "2030-03-06T11:58:00Z", idle: 3120, unread: 2, topic: "" });
    const answered = conversation({ last_message: { direction: "outbound", occurred_at: "2030-03-06T11:59:00Z" } as Conversation["last_message"] });
    expect([shownReturn(found, conversation(), NOW), shownReturn(found, answered, NOW), shownReturn(found, conversation(), NOW + 300_000)]).toEqual([found, null, null]);
  });

  it("was away for whole minutes", () => expect([awayFor(3_125), awayFor(60)]).toEqual([3_120_000, 60_000]));
  it("count in the title of a tab nobody sees", () => {
    expect([titleOf("Inbox", 0, null, true), titleOf("Inbox", 3, null, true), titleOf("Inbox", 120, null, true), titleOf("Inbox", 3, "New", true), titleOf("Inbox", 3, "New", false)]).toEqual(["Inbox", "(3) Inbox", "(99+) Inbox", "New", "(3) Inbox"]);
  });
  it("sound as was chosen, and as given where that cannot be read", () => {
    expect(choiceFrom('{"volume":500,"on":{"message":true}}')).toEqual({ volume: 100, on: { offer: true, mention: true, sla: true, important: true, message: true } });
    expect(choiceFrom("{").on.message).toBe(false);
  });
});

describe("who closes the last tab", () => {
  const talk = (id: string, version: number, more = {}) => ({ id, version, assignee_id: "agt_1", status: "open" as const, channel: "web_chat", ...more });

  it("leaves customers who talk to them live, as it is by the newest word", () => {
    const read = [talk("a", 1), talk("b", 3), talk("c", 1, { channel: "email" })];
    expect(talksOf("agt_1", read, [])).toBe(2);
    expect(talksOf("agt_1", read, [talk("a", 2, { status: "resolved" }), talk("b", 2, { status: "resolved" }), talk("d", 1)])).toBe(2);
    expect(talksOf("agt_2", read, [talk("e", 1, { assignee_id: "agt_2", channel: "voice" })])).toBe(1);
  });
});
