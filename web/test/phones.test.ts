/** Simulated phones: what stands on them, as each provider shows it. */

import { describe, expect, it } from "vitest";
import { KINDS, kindOfChannel } from "../src/pages/phones/kinds";
import { flagsOf, linesOf } from "../src/pages/phones/screen";

const shown = (...messages: object[]) => linesOf({ messages }).map(({ id, mine, text, state }) => [id, mine, text, state]);

describe("a phone's lines", () => {
  it("are the customer's and the desk's, whatever their provider calls them", () => {
    expect(shown({ id: "w1", author: "customer", text: "Hi", state: "received" })).toEqual([["w1", true, "Hi", null]]);
    expect(shown({ id: "w2", author: "business", text: "Yes", state: "read" })).toEqual([["w2", false, "Yes", "read"]]);
    expect(shown({ message_id: 2, author: "bot", text: "Yes" })).toEqual([["2", false, "Yes", null]]);
    expect(shown({ id: "l1", author: "U00a1", text: "Hi" })).toEqual([["l1", true, "Hi", null]]);
    expect(shown({ author: "account", msgtype: "text", text: { content: "Yes" } })).toEqual([[null, false, "Yes", null]]);
    expect(shown({ id: "f", author: "follower", Content: "Hi" })).toEqual([["f", true, "Hi", null]]);
    expect(shown({ sid: "SM2", author: "desk", text: "Yes", state: "delivered" })).toEqual([["SM2", false, "Yes", "delivered"]]);
    expect(shown({ id: "p", author: "business", type: "image" })).toEqual([["p", false, "[image]", null]]);
  });

  it("offer the buttons that a message has, each once", () => {
    const buttons = [{ type: "reply", reply: { id: "y", title: "Yes" } }, { type: "reply", reply: { id: "n", title: "No" } }];
    const [line] = linesOf({ messages: [{ id: "b", author: "business", text: "Well?", body: { interactive: { action: { buttons } } } }] });
    expect(line?.buttons).toEqual(["Yes", "No"]);
    expect(linesOf({ messages: [{ author: "bot", reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] } }] })[0]?.buttons).toEqual(["Yes"]);
  });

  it("are said to be changed or gone", () => {
    const [edited, gone] = linesOf({ messages: [{ id: "1", author: "customer", edited: true }, { id: "2", author: "customer", deleted: true }] });
    expect([edited?.edited, gone?.deleted]).toEqual([true, true]);
  });
});

describe("phones", () => {
  it("have facts beside their messages", () => {
    expect(flagsOf({ window_open: true, typing: 2, messages: [], customer: {} })).toEqual(["window_open: yes", "typing: 2"]);
  });

  it("have addresses of their own, which stand in paths as they are", () => {
    for (const kind of KINDS) {
      expect(kind.invent("123456")).not.toBe(kind.invent("654321"));
      expect(kind.place("a/b", kind.invent("123456")).split("/").every((part) => part === encodeURIComponent(decodeURIComponent(part)))).toBe(true);
    }
  });

  it("answer a mail where there is one to answer", () => {
    const mail = kindOfChannel("email");
    expect(mail?.say("Thanks\nBob", "Bob", "<1@desk.test>").path).toBe("/messages/%3C1%40desk.test%3E/answers");
    expect(mail?.say("Where is it?\nBob", "Bob", null).body).toEqual({ text: "Where is it?\nBob", name: "Bob", subject: "Where is it?" });
  });
});
