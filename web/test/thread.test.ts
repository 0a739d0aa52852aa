/** The pure parts of a thread: its order, its groups, how far a message has come, what was done, in words. */

import { readFileSync } from "node:fs";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { describe, expect, it } from "vitest";
import type { Entry, Message, Note } from "../src/desk/conversation";
import type { Say } from "../src/i18n/texts";
import type { Language } from "../src/i18n/languages";
import { spoken } from "../src/i18n/catalogues";
import { activityOf } from "../src/inbox/thread/activities";
import { cardOf } from "../src/inbox/thread/calls";
import { roundedLeft, shownClocks, standingOf, type Clock } from "../src/inbox/thread/clocks";
import { assembled, merged, reactionsOf, textOf, type Piece } from "../src/inbox/thread/entries";
import { hasRemote, inlineOf } from "../src/inbox/thread/mail";
import { rowsOf, unreadBegin } from "../src/inbox/thread/rows";
import { tickOf, waysOut } from "../src/inbox/thread/ticks";
import { isEmoji, partsOf } from "../src/inbox/thread/words";

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString();
const id = (place: number): string => String(place).padStart(29, "0");

function message(place: number, more: Partial<Message> = {}): Message {
  return {
    type: "message",
    id: `msg_${id(place)}`,
    conversation_id: "cnv_1",
    leg_id: "leg_1",
    direction: "inbound",
    kind: "text",
    text: `text ${place}`,
    content: {},
    attachments: [],
    author: { kind: "contact", id: "con_1", name: null },
    reply_to: null,
    external_id: `x${place}`,
    occurred_at: at(place),
    client_id: null,
    state: null,
    attempt: 1,
    marks: {},
    failure: null,
    rendered_as: null,
    call: null,
    version: 1,
    ...more,
  };
}

const ours = (place: number, more: Partial<Message> = {}): Message =>
  message(place, { direction: "outbound", state: "sent", author: { kind: "agent", id: "agt_1", name: "Nia" }, client_id: `client-${place}`, ...more });

function activity(facts: Record<string, unknown>, text = ""): Note {
  return { type: "note", id: `nte_${id(1)}`, conversation_id: "cnv_1", kind: "activity", author_id: "agt_1", author_name: "Nia", text, facts, audience: [], mentions: [], attachments: [], client_id: null, occurred_at: at(1), version: 1 };
}

const shown = (entries: readonly Entry[], more: Partial<Parameters<typeof rowsOf>[0]> = {}) =>
  rowsOf({ pieces: assembled(entries), pending: [], unreadFrom: null, gapAfter: null, started: true, dayOf: (time) => time.slice(0, 10), ...more });

describe("the oldest one that is here", () => {
  const all = Array.from({ length: 8 }, (_, place) => message(place + 1));

  it("waits for what it follows: nothing below it is another line once that is here", () => {
    const [few, more] = [shown(all.slice(3), { started: false }), shown(all)];
    expect(few.length).toBe(4);
    const [keys, below] = [few.map(({ key }) => key), more.slice(-few.length)];
    expect(below.map(({ key }) => key)).toEqual(keys);
    expect(below.map((row) => row.type === "piece" && row.first)).toEqual(few.map((row) => row.type === "piece" && row.first));
  });

  it("is shown where the thread begins, where it is alone, and where the new ones begin with it", () => {
    expect(shown(all.slice(3)).filter((row) => row.type === "piece").length).toBe(5);
    expect(shown(all.slice(7), { started: false }).some((row) => row.type === "piece")).toBe(true);
    expect(shown(all.slice(3), { started: false, unreadFrom: all[3]?.id ?? null }).some((row) => row.type === "unread")).toBe(true);
  });
});

describe("pages", () => {
  it("become one order, with the newest version of each, whatever comes first", () => {
    const [old, anew] = [message(2), message(2, { version: 2, text: "anew" })];
    for (const pages of [[[message(1), old], [anew, message(3)]], [[anew, message(3)], [message(1), old]]]) {
      const found = merged(...(pages as Entry[][]));
      expect(found.map((each) => each.id.slice(-1))).toEqual(["1", "2", "3"]);
      expect(found[1]?.text).toBe("anew");
    }
  });

  it("sort notes among messages by the time that ids carry", () => {
    const note = { ...activity({}), id: `nte_${id(2)}` };
    expect(merged([message(3), note, message(1)]).map((each) => each.type)).toEqual(["message", "note", "message"]);
  });
});

describe("what speaks about a message", () => {
  const target = message(1);
  const edit = message(2, { kind: "edit", text: "Typo", content: { target: "x1" } });

  it("is put to it, by our id or the provider's", () => {
    const reactions = [message(3, { kind: "reaction", content: { target: "x1", emoji: "❤️" } }), ours(4, { kind: "reaction", content: { target: target.id, emoji: "👍" } })];
    const revoke = message(5, { kind: "revoke", content: { target: "x1" } });
    const [piece, ...others] = assembled([target, edit, ...reactions, revoke]);
    expect(others).toEqual([]);
    expect(textOf(piece as Piece)).toBe("Typo");
    expect(reactionsOf(piece as Piece).map(({ emoji }) => emoji)).toEqual(["❤️", "👍"]);
    expect(piece?.revoked).toBe(revoke);
  });

  it("counts once for each person, and not when it was taken back", () => {
    const one = (place: number, emoji: string) => message(place, { kind: "reaction", content: { target: "x1", emoji } });
    expect(reactionsOf(assembled([target, one(2, "👍"), one(3, "❤️")])[0] as Piece).map(({ emoji }) => emoji)).toEqual(["❤️"]);
    expect(reactionsOf(assembled([target, one(2, "👍"), one(3, "")])[0] as Piece)).toEqual([]);
  });

  it("stands by itself where its message is on another page, or where it did not arrive", () => {
    expect(assembled([edit])).toHaveLength(1);
    expect(assembled([target, ours(2, { kind: "reaction", state: "failed", content: { target: "x1", emoji: "👍" } })])).toHaveLength(2);
  });

  it("leaves all others the same objects", () => {
    const entries = [target, message(2)];
    const before = assembled(entries);
    const after = assembled([...entries, message(3), message(4, { kind: "reaction", content: { target: "x2", emoji: "👍" } })], new Map(before.map((each) => [each.key, each])));
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it("tells which of what was offered was chosen", () => {
    const offer = ours(1, { kind: "buttons", content: { buttons: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }] } });
    const answer = message(2, { kind: "postback", content: { payload: "no", title: "No" } });
    expect(assembled([offer, answer]).map(({ chosen }) => chosen)).toEqual(["no", null]);
  });
});

describe("lines", () => {
  it("group what one author says within a minute, and begin anew with another, a failure, another leg, a later time", () => {
    const entries = [message(1), message(2), ours(3), ours(4, { state: "failed" }), message(5), message(6, { leg_id: "leg_2" }), message(100, { leg_id: "leg_2" })];
    const rows = shown(entries).flatMap((row) => (row.type === "piece" ? [[row.first, row.leg]] : []));
    expect(rows).toEqual([[true, false], [false, false], [true, false], [true, false], [true, false], [true, true], [true, false]]);
  });

  it("say the day once, and where the new ones begin", () => {
    const entries = [message(1), message(86_400), message(86_401)];
    const from = unreadBegin(entries, 2);
    expect(from).toEqual({ id: entries[1]?.id, short: 0 });
    expect(shown(entries, { unreadFrom: from.id }).map((row) => row.type)).toEqual(["start", "day", "piece", "day", "unread", "piece", "piece"]);
  });

  it("count as new what the customer said, and tell how much of it is on older pages", () => {
    expect(unreadBegin([ours(1), message(2), message(3, { kind: "reaction" })], 3)).toEqual({ id: `msg_${id(2)}`, short: 2 });
    expect(unreadBegin([ours(1)], 0)).toEqual({ id: null, short: 0 });
  });

  it("keep the key of what was sent when it is stored, and show it once", () => {
    const pending = { clientId: "client-2", conversationId: "cnv_1", mode: "reply" as const, legId: null, text: "Hi", files: [], at: 0, state: "sending" as const };
    expect(shown([message(1)], { pending: [pending] }).at(-1)).toMatchObject({ type: "pending", key: "client-2" });
    expect(shown([message(1), ours(2)], { pending: [pending] }).filter(({ key }) => key === "client-2")).toMatchObject([{ type: "piece" }]);
  });

  it("show where something is missing", () => {
    expect(shown([message(1), message(2)], { gapAfter: `msg_${id(1)}` }).map((row) => row.type)).toEqual(["start", "day", "piece", "gap", "piece"]);
  });
});

describe("ticks", () => {
  it.each([
    ["queued", {}, "waiting"],
    ["sent", {}, "sent"],
    ["sent", { read: at(1) }, "read"],
    ["delivered", { read: at(1), delivered: at(2), sent: at(3) }, "read"],
    ["uncertain", {}, "uncertain"],
    ["uncertain", { delivered: at(1) }, "delivered"],
    ["failed", { sent: at(1) }, "failed"],
  ] as const)("of %s with %o show %s", (state, marks, tick) => {
    expect(tickOf({ state, marks })).toBe(tick);
  });

  it("offer the same again only where it can help", () => {
    expect([waysOut("retry").retry, waysOut("config").retry, waysOut(undefined).retry]).toEqual([true, true, true]);
    expect([waysOut("recipient").retry, waysOut("window").retry, waysOut("content").retry]).toEqual([false, false, false]);
    expect(waysOut("recipient").elsewhere).toBe(true);
  });
});

describe("words", () => {
  it("have links without the sentence's end, mail addresses, and the name that is really asked", () => {
    expect(partsOf("See https://example.com/a_(b), or ask me@shop.example.")).toEqual([
      { text: "See " },
      { text: "https://example.com/a_(b)", href: "https://example.com/a_(b)" },
      { text: ", or ask " },
      { text: "me@shop.example", href: "mailto:me@shop.example" },
      { text: "." },
    ]);
    expect(partsOf("https://раураl.com")).toEqual([{ text: "https://xn--l-7sba6dbr.com/", href: "https://xn--l-7sba6dbr.com/" }]);
    expect(partsOf("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)" }]);
  });

  it("are large where they are up to three emoji", () => {
    expect(["👍🏽", "❤️ 👩‍👩‍👧", "👍👍👍👍", "ok 👍", "123", ""].map(isEmoji)).toEqual([true, true, false, false, false, false]);
  });
});

describe("mails", () => {
  it("know their own pictures and those from elsewhere", () => {
    expect(hasRemote('<img src="remote:https://a.example/p.png">')).toBe(true);
    expect(inlineOf({ inline: { logo: 1, odd: "x" } })).toEqual([["logo", 1]]);
    expect(inlineOf({})).toEqual([]);
  });
});

describe("calls", () => {
  it("only move on, whatever comes late, and take in recordings and their words", () => {
    const call = message(1, { kind: "call", call: { state: "answered", outcome: null, reason: null, answered_by: null, duration_seconds: null, talk_seconds: null, queue_position: null, choice: null, recordings: [], lines: [], callback_requested: false } });
    const update = (place: number, content: Record<string, unknown>) => message(place, { kind: "call_update", content: { target: "x1", ...content } });
    const updates = [update(2, { state: "ended", duration_seconds: 9 }), update(3, { state: "ringing", duration_seconds: 4 }), update(4, { recording: { id: "RE1", duration_seconds: 8 } }), update(5, { transcript: { recording: "RE1", text: "Hello" } })];
    for (const order of [updates, [...updates].reverse()]) {
      expect(cardOf(call, order)).toMatchObject({ state: "ended", outcome: "answered", duration_seconds: 9, recordings: [{ id: "RE1", transcript: "Hello" }] });
    }
    expect(cardOf(message(1, { kind: "call", call: { ...call.call!, state: "ringing" } }), [update(2, { state: "ended" })])).toMatchObject({ outcome: "missed", callback_requested: true });
  });
});

describe("clocks", () => {
  const now = Date.parse(at(0));
  const clock = (more: Partial<Clock>): Clock => ({ kind: "first_response", state: "running", policy_id: "p", episode: 1, started_at: at(-600), due_at: at(600), target_seconds: 1_200, elapsed_seconds: 600, breached_at: null, warned_at: null, stopped_at: null, pauses: [], ...more });

  it("stand as they are: running, soon, over, paused; what has ended is not shown", () => {
    expect(standingOf(clock({}), now)).toMatchObject({ standing: "running", left: 600_000, quarters: 2 });
    expect(standingOf(clock({ due_at: at(100) }), now)?.standing).toBe("soon");
    expect(standingOf(clock({ due_at: at(-5) }), now)).toMatchObject({ standing: "breached", left: -5_000 });
    expect(standingOf(clock({ state: "paused", due_at: null }), now)).toMatchObject({ standing: "paused", left: null });
    expect([standingOf(clock({ state: "met" }), now), standingOf(clock({ state: "breached", stopped_at: at(-1) }), now)]).toEqual([null, null]);
  });

  it("show what presses most first, to the minute until the last five", () => {
    const found = shownClocks([clock({}), clock({ kind: "resolution", due_at: at(-5) }), clock({ kind: "next_response", due_at: at(60) })], now);
    expect(found.map((each) => each.clock.kind)).toEqual(["resolution", "next_response", "first_response"]);
    expect([roundedLeft(601_000), roundedLeft(299_000)]).toEqual([660_000, 299_000]);
  });
});

describe("what was done", () => {
  const names = (language: Language) => {
    const texts = JSON.parse(readFileSync(new URL(`../src/locales/${language}/thread.json`, import.meta.url), "utf8")) as Record<string, string>;
    const i18n = spoken(language, Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, compileMessage(text)])));
    const say: Say = (key, values) => i18n._(key, values ?? {});
    return { say, nameOf: (one: string) => (one === "agt_2" ? "Sam" : one), channelOf: (leg: string) => leg, dateTime: (time: string) => time, customer: "Bob" };
  };

  it.each([
    [{ type: "conversation.assigned", assignee_id: "agt_2", team_id: null }, "Nia assigned this to Sam."],
    [{ type: "conversation.assigned", assignee_id: "agt_1", team_id: null }, "Nia took this."],
    [{ type: "conversation.assigned", assignee_id: null, team_id: null, returned: true, reason: "too hard" }, "Nia gave this back to the queue."],
    [{ type: "conversation.status_changed", previous: "open", status: "resolved" }, "Nia resolved this."],
    [{ type: "conversation.labelled", added: ["refund"], removed: [] }, "Nia added the label refund."],
    [{ type: "conversation.merged", source_id: "cnv_2", target_id: "cnv_1" }, "Nia merged another conversation into this one."],
    [{ type: "conversation.leg_switched", from_leg_id: "A", to_leg_id: "B" }, "Nia moved this from A to B."],
    [{ type: "message.redacted", characters: 16, attachments: 0, reason: "card" }, "Nia made parts of a message unreadable. Characters: 16, files: 0."],
    [{ type: "note.redacted", characters: 0, attachments: 1, reason: "scan" }, "Nia made parts of an internal note unreadable. Characters: 0, files: 1."],
  ])("%o is a sentence", (facts, text) => {
    expect(activityOf(activity(facts), names("en")).text).toBe(text);
  });

  it("is told in each language, with the reason in somebody's own words", () => {
    const note = activity({ type: "conversation.labelled", added: ["a", "b"], removed: [], reason: "too hard" });
    expect(activityOf(note, names("ru"))).toMatchObject({ text: "Nia: добавлены метки a, b.", reason: "too hard" });
    expect(activityOf(note, names("zh-Hant")).text).toBe("Nia 已加上標籤 a, b。");
  });

  it("names the other conversation, what was added to a move, and says what nobody knows in its own words", () => {
    expect(activityOf(activity({ type: "conversation.split", source_id: "cnv_1", new_id: "cnv_9" }), names("en")).conversationId).toBe("cnv_9");
    expect(activityOf(activity({ type: "conversation.leg_switched" }, "Moved from A to B. He asked."), names("en")).reason).toBe("He asked.");
    expect(activityOf(activity({ type: "moon.landed" }, "It landed."), names("en")).text).toBe("It landed.");
    expect(activityOf(activity({ type: "moon.landed" }), names("en")).text).toBe("Nia changed something here.");
  });
});
