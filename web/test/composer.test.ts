import { describe, expect, it } from "vitest";
import type { Api } from "../src/api/client";
import { blank, arrived, previewOf, toKeep, type Draft, type ServerDraft } from "../src/desk/draftWords";
import { Drafts, type KeptDraft } from "../src/desk/drafts";
import { uuid7 } from "../src/desk/ids";
import { OutboxEngine, type Answer, type News, type Sending } from "../src/desk/outboxEngine";
import { inMemory } from "../src/desk/shelf";
import { sorted } from "../src/inbox/composer/attaching";
import { enterMeans, enterSends } from "../src/inbox/composer/enter";
import { kindOf, rowOf, type Target } from "../src/inbox/composer/row";
import { fieldTime, fromField, proposals } from "../src/inbox/composer/scheduled";
import { answeredSince } from "../src/inbox/composer/seen";
import { askedAt, openPlace, plainSlash, ranked, replaced, stillNamed } from "../src/inbox/composer/suggest";
import { contentOf, fileOf, needsPlace, type Template } from "../src/inbox/composer/templates";
import { leftOf, toTell } from "../src/inbox/composer/window";

const WHATSAPP: Target = { legId: "leg_1", channel: "whatsapp", address: "+49", inboxId: "ibx_1", active: true };
const words = (text: string, more: Partial<Draft> = {}): Draft => ({ ...blank("cnv_1", "reply"), text, ...more });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("the outbox", () => {
  /** Answers in turn; `posted` is what was sent, in its order. */
  function desk(...answers: Answer[]) {
    const [posted, news]: [Sending[], News[]] = [[], []];
    const shelf = inMemory<Sending>();
    const post = (row: Sending) => (posted.push(row), Promise.resolve(answers.shift() ?? { status: 202 }));
    const engine = () => new OutboxEngine({ shelf, post, tell: (one) => news.push(one), chance: () => 0 });
    return { posted, news, shelf, engine };
  }
  const row = (text: string) => rowOf(words(text), WHATSAPP, { seen: { version: 3, entry_id: "msg_1" } }, 1);

  it("shows at once, keeps the order of a conversation, and forgets what is stored", async () => {
    const { posted, engine, shelf } = desk();
    const outbox = engine();
    outbox.lead();
    outbox.add(row("one"));
    outbox.add({ ...row("two"), at: 2 });
    expect(outbox.of("cnv_1").map(({ text, state }) => [text, state])).toEqual([["one", "sending"], ["two", "sending"]]);
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(posted.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(outbox.isEmpty).toBe(true);
    expect(await shelf.all()).toEqual([]);
  });

  it("sends the same again under the same id, whatever became of the first attempt", async () => {
    const { posted, engine } = desk({ status: null }, { status: 503 });
    const outbox = engine();
    outbox.lead();
    outbox.add(row("once"));
    for (let turn = 0; turn < 9; turn += 1) await settled();
    expect(new Set(posted.map(({ body }) => body["client_id"])).size).toBe(1);
    expect(posted).toHaveLength(3);
  });

  it("goes on after a reload, by whichever tab leads", async () => {
    const { posted, engine } = desk();
    const [follower, leader] = [engine(), engine()];
    follower.add(row("kept"));
    await settled();
    expect(posted).toEqual([]);
    await leader.restore();
    leader.lead();
    await settled();
    expect(posted.map(({ text }) => text)).toEqual(["kept"]);
  });

  it("keeps what is refused, and sends it all the same when that is meant", async () => {
    const refusal = { code: "moved_on", detail: "", field: "seen", facts: {} };
    const { posted, engine } = desk({ status: 409, refusal });
    const outbox = engine();
    outbox.lead();
    outbox.add(row("late"));
    for (let turn = 0; turn < 3; turn += 1) await settled();
    expect(outbox.of("cnv_1")[0]).toMatchObject({ state: "refused", refusal: { code: "moved_on" } });
    outbox.retry(outbox.of("cnv_1")[0]?.clientId ?? "");
    for (let turn = 0; turn < 3; turn += 1) await settled();
    expect(posted.map(({ body }) => "seen" in body)).toEqual([true, false]);
    expect(outbox.isEmpty).toBe(true);
  });

  it("sends nothing that was taken back", async () => {
    const { posted, engine } = desk({ status: null });
    const outbox = engine();
    outbox.add(row("no"));
    expect(outbox.drop(outbox.of("cnv_1")[0]?.id ?? "")?.text).toBe("no");
    await settled();
    outbox.lead();
    await settled();
    expect(posted).toEqual([]);
  });

  it("names what it sends by ids that sort by time", () => {
    const ids = [1, 2, 1_700_000_000_000].map((now) => uuid7(now, (bytes) => bytes.fill(255)));
    expect(ids[2]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
  });
});

describe("drafts", () => {
  const server = (text: string, version: number): ServerDraft => ({ conversation_id: "cnv_1", kind: "reply", text, leg_id: null, attachments: [], reply_to: null, begun_at: "", saved_at: "", version });

  it("asks where two devices say something else, and never where nothing is lost", () => {
    const known = { version: 5, mode: "reply" as const };
    expect(arrived(words("mine"), server("theirs", 6), known)).toBe("ask");
    expect(arrived(words("same"), server("same", 6), known)).toBe("keep");
    expect(arrived(words("newer than the desk's"), server("old", 5), known)).toBe("keep");
    expect(arrived(words(""), server("theirs", 6), known)).toBe("take");
    expect(arrived(words(""), server("thrown away here", 5), known)).toBe("keep");
  });

  it("come back though their fields were drawn before they were read, and are compared with the desk's only then", async () => {
    const shelf = inMemory<KeptDraft>();
    await shelf.put({ ...words("kept here"), changedAt: 5 });
    const data = { items: [server("older, of the desk", 9)], next_cursor: null };
    const api = { GET: () => Promise.resolve({ data, response: { ok: true } }) } as unknown as Api;
    const drafts = new Drafts(shelf, api, String, () => 7);
    expect(drafts.get("cnv_1", "reply").text).toBe("");
    await Promise.all([drafts.restore(), drafts.open("cnv_1")]);
    expect(drafts.get("cnv_1", "reply").text).toBe("kept here");
    expect(drafts.newerOf("cnv_1")?.text).toBe("older, of the desk");
  });

  it("keeps at the desk what was changed last and says something", () => {
    const note = { ...blank("cnv_1", "note"), text: "inside", changedAt: 5 };
    expect(toKeep(words("to her", { changedAt: 4 }), note)).toBe(note);
    expect(toKeep(words("to her", { changedAt: 4 }), { ...note, text: " " })?.text).toBe("to her");
    expect(previewOf(toKeep(words(""), blank("cnv_1", "note")))).toBeNull();
  });

  it("sends a note to the notes, with those it still names, and never with a leg", () => {
    const marks = [{ kind: "agent" as const, id: "agt_1", name: "Sam" }, { kind: "agent" as const, id: "agt_2", name: "Lee" }];
    const sent = rowOf({ ...blank("cnv_1", "note"), text: "@Sam look", marks }, WHATSAPP, { draftVersion: 7 }, 1);
    expect([sent.to, sent.legId]).toEqual(["notes", null]);
    expect(sent.body).toEqual({ client_id: sent.id, text: "@Sam look", mentions: [{ kind: "agent", id: "agt_1" }], audience: [], draft_version: 7 });
    const scan = { id: "f", name: "scan.png", mime: "image/png", size: 3, blob: null, upload: "upl_1", until: 0 };
    const filed = rowOf({ ...blank("cnv_1", "note"), files: [scan] }, WHATSAPP, {}, 1);
    expect([filed.to, filed.body["attachments"], filed.back]).toMatchObject(["notes", ["upl_1"], { files: [scan] }]);
    expect(stillNamed([...marks, ...marks], "@Sam and @Lee").map(({ id }) => id)).toEqual(["agt_1", "agt_2"]);
  });

  it("moves the conversation by a reply to a leg that it is not on", () => {
    const sent = rowOf(words("here"), { ...WHATSAPP, active: false }, { seen: { version: 1, entry_id: "msg_1" } }, 1);
    expect(sent.to).toBe("legs");
    expect(Object.keys(sent.body)).not.toContain("seen");
  });

  it("sends files as what they all are", () => {
    expect(kindOf([])).toBe("text");
    expect(kindOf([{ mime: "image/png" }, { mime: "image/jpeg" }])).toBe("image");
    expect(kindOf([{ mime: "image/png" }, { mime: "application/pdf" }])).toBe("document");
  });

  it("takes ten files, and says of each other why not", () => {
    const given = Array.from({ length: 11 }, (_, n) => new File(["x"], `${n}.txt`, { type: "text/plain;charset=utf-8" }));
    const { files, unwanted } = sorted([...given, new File([], "empty.txt")], 0);
    expect(files).toHaveLength(10);
    expect(files[0]?.mime).toBe("text/plain");
    expect(unwanted.map(({ why }) => why)).toEqual(["too_many", "empty"]);
  });
});

describe("what was seen", () => {
  const said = (id: string, author: string, kind = "agent", direction = "outbound") => ({ id, view: { conversation_id: "cnv_1", direction, author: { id: author, kind } } });
  const seen = { version: 1, entry_id: "nte_05" };

  it("is behind once a colleague has answered, not by customers, oneself, or notes", () => {
    expect(answeredSince([said("msg_06", "agt_2")], "cnv_1", seen, "agt_1")).toBe(true);
    expect(answeredSince([said("msg_06", "agt_1"), said("msg_07", "con_1", "contact", "inbound"), said("msg_04", "agt_2")], "cnv_1", seen, "agt_1")).toBe(false);
  });
});

describe("keys of the field", () => {
  const key = (key: string, more = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

  it("send by Enter in chats, and begin a line in mails and notes, unless chosen otherwise", () => {
    expect([enterSends("by_channel", "whatsapp", "reply"), enterSends("by_channel", "email", "reply"), enterSends("by_channel", "whatsapp", "note"), enterSends("sends", "email", "note")]).toEqual([true, false, false, true]);
  });

  it("always send with Control or Command, and resolve with Shift as well", () => {
    expect(enterMeans(key("Enter"), true)).toBe("send");
    expect(enterMeans(key("Enter", { shiftKey: true }), true)).toBeNull();
    expect(enterMeans(key("Enter"), false)).toBeNull();
    expect(enterMeans(key("Enter", { metaKey: true }), false)).toBe("send");
    expect(enterMeans(key("Enter", { ctrlKey: true, shiftKey: true }), false)).toBe("send_and_resolve");
  });
});

describe("slash and mention", () => {
  it("are asked for at the beginning of a line or behind a space", () => {
    expect(askedAt("/ref", 4, false)).toEqual({ kind: "slash", start: 0, query: "ref" });
    expect(askedAt("a\n/", 3, false)).toEqual({ kind: "slash", start: 2, query: "" });
    expect(askedAt("and/or", 6, false)).toBeNull();
    expect(askedAt("https://a", 9, false)).toBeNull();
    expect(askedAt("Hi @Бо", 6, true)).toEqual({ kind: "mention", start: 3, query: "Бо" });
    expect(askedAt("Hi @Bo", 6, false)).toBeNull();
    expect(askedAt("mail a@b.c", 10, true)).toBeNull();
  });

  it("ask for emoji by what they are called, and for none in times, addresses, faces and alone", () => {
    const asked = (text: string) => askedAt(text, text.length, false);
    expect(asked("Hi :smi")).toEqual({ kind: "emoji", start: 3, query: "smi" });
    expect([asked(":сп")?.query, asked("\n:thumbs_up")?.query, asked("(:+1")?.query, asked(":笑")?.query, asked("：謝謝")?.query]).toEqual(["сп", "thumbs_up", "+1", "笑", "謝謝"]);
    for (const text of ["at 12:30", "at :30", "https://a", "see https:", "I: ok", "I:ok", "so :", "so : ok", ":D", ":p", ":-)", ":smile:", "你好:笑"]) expect(asked(text)).toBeNull();
    expect(askedAt("a :smile b", 8, true)).toEqual({ kind: "emoji", start: 2, query: "smile" });
  });

  it("are a plain slash when typed twice", () => {
    expect(plainSlash("see //", 6)).toEqual({ text: "see /", caret: 5 });
    expect(plainSlash("https://", 8)).toBeNull();
  });

  it("put what was taken in their place", () => {
    expect(replaced("Dear /re you", { kind: "slash", start: 5, query: "re" }, 8, "refund")).toEqual({ text: "Dear refund you", caret: 11 });
  });

  it("find by shortcut first, then by words, accents aside", () => {
    const all = [["letter", "A letter of return"], ["returns", "How to return"], ["é-ret", "Étude"]] as const;
    expect(ranked(all, "ret", ([short, more]) => [short, more], 9).map(([short]) => short)).toEqual(["returns", "letter", "é-ret"]);
    expect(ranked(all, "etu", ([short, more]) => [short, more], 9).map(([short]) => short)).toContain("é-ret");
  });

  it("show the first place that is still open", () => {
    expect(openPlace("Hi {{contact.first_name|there}}!")).toEqual({ start: 3, end: 31, name: "contact.first_name" });
    expect(openPlace("Hi {you}")).toBeNull();
  });
});

describe("the window", () => {
  const at = (seconds: number) => ({ window_open: true, window_closes_at: new Date(seconds * 1000).toISOString() });

  it("is calm by the hour, warns in its last one, presses in its last five minutes, and closes by itself", () => {
    expect([leftOf(at(3601), 0).tone, leftOf(at(3600), 0).tone, leftOf(at(300), 0).tone]).toEqual(["calm", "warn", "urgent"]);
    expect(leftOf(at(10), 10_000).open).toBe(false);
    expect(leftOf({ window_open: true, window_closes_at: null }, 0)).toEqual({ open: true, left: null, tone: "calm" });
  });

  it("is told at sixty, ten and one minute, once each", () => {
    const minute = 60_000;
    expect([toTell(null, 59 * minute), toTell(61 * minute, 60 * minute), toTell(60 * minute, 59 * minute), toTell(11 * minute, 9 * minute), toTell(70_000, 50_000)]).toEqual([null, 60, null, 10, 1]);
  });
});

describe("templates and times", () => {
  it("send a value for each blank, by number or by name", () => {
    const parts = { header: { kind: "text", text: "{{name}}", placeholders: ["name"] }, body: "{{1}}", placeholders: ["1"], footer: null, others: [], buttons: [{ kind: "url", text: "Go", url: "u/{{1}}", needs_value: true }] };
    const template = { name: "t", language: "en", parts } as unknown as Template;
    expect(contentOf(template, { "header.name": "Ann", "body.1": "R-7", "button.0": "77" }).components).toEqual([
      { type: "header", parameters: [{ type: "text", text: "Ann", parameter_name: "name" }] },
      { type: "body", parameters: [{ type: "text", text: "R-7" }] },
      { type: "button", sub_type: "url", index: 0, parameters: [{ type: "text", text: "77" }] },
    ]);
  });

  it("take the file with which they begin along, and no other of the draft", () => {
    const parts = { header: { kind: "image", text: "", placeholders: [] }, body: "Hi", placeholders: [], footer: null, others: [], buttons: [] };
    const template = { name: "t", language: "en", parts } as unknown as Template;
    const content = contentOf(template, {});
    expect([fileOf(template), needsPlace(template)]).toEqual(["image", false]);
    expect(content.components).toEqual([{ type: "header", parameters: [{ type: "image", attachment: 0 }] }]);
    const file = (id: string) => ({ id, name: `${id}.png`, mime: "image/png", size: 9, blob: null, upload: `upl_${id}`, until: 0 });
    const row = rowOf({ ...words("kept"), files: [file("draft")] }, WHATSAPP, { template: { content, text: "Hi", target: WHATSAPP, files: [file("header")] } }, 1);
    expect([row.body["attachments"], row.files.map((each) => each.name), row.text, row.back]).toEqual([["upl_header"], ["header.png"], "Hi", {}]);
    expect(fileOf({ parts: { ...parts, header: { kind: "location" } } } as unknown as Template)).toBeNull();
  });

  it("propose times ahead, on the clock of who reads", () => {
    const friday = new Date(2026, 10, 20, 16, 30);
    expect(proposals(friday).map(({ id, at }) => [id, fieldTime(at)])).toEqual([["hour", "2026-11-20T17:30"], ["tomorrow", "2026-11-21T09:00"], ["monday", "2026-11-23T09:00"]]);
    expect(fromField("2026-11-20T17:30")?.getTime()).toBe(friday.getTime() + 3_600_000);
    expect(fromField("")).toBeNull();
  });
});
