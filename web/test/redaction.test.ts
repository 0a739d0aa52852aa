/** What is taken out of a message: where words stand, of what else, and which line tells of it. */

import { describe, expect, it } from "vitest";
import type { Entry } from "../src/desk/conversation";
import { rangesOf, redactedBy, versionsOf } from "../src/inbox/thread/redaction";

describe("words to take out", () => {
  it.each([
    ["a code: 12-34, again 12-34", "12-34", [[8, 13], [21, 26]]],
    ["🙂🙂 the code is ёж", "ёж", [[15, 17]]],
    ["aaa", "aa", [[0, 2]]],
    ["Code", " code ", []],
    ["anything", "  ", []],
  ])("of %j are %j at %j", (text, words, found) => {
    expect(rangesOf(text, words).map(({ start, end }) => [start, end])).toEqual(found);
  });

  it("are looked for in all that an edited message said", () => {
    const [first, second] = [{ id: "msg_1" }, { id: "msg_2" }] as Entry[];
    expect(versionsOf({ entry: first!, edits: [second as never] }).map(({ id }) => id)).toEqual(["msg_1", "msg_2"]);
  });
});

describe("a line that tells of it", () => {
  const line = (kind: string, facts: object) => ({ type: "note", kind, facts }) as unknown as Entry;

  it("names whose words are gone", () => {
    expect(redactedBy(line("activity", { type: "message.redacted", message_id: "msg_1" }))).toBe("msg_1");
    expect(redactedBy(line("activity", { type: "note.redacted", note_id: "nte_1" }))).toBe("nte_1");
  });

  it("is no other one", () => {
    expect(redactedBy(line("activity", { type: "conversation.assigned", message_id: "msg_1" }))).toBeNull();
    expect(redactedBy(line("note", { type: "message.redacted", message_id: "msg_1" }))).toBeNull();
    expect(redactedBy({ type: "message", kind: "activity", content: {} } as unknown as Entry)).toBeNull();
  });
});
