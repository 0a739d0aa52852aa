/** What an open thread holds: the live end of it, what was read before that, and never a part that is missing unmarked. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation, Entry } from "../src/desk/conversation";
import { entryThing } from "../src/desk/conversation";
import { MOST_HELD, shorten, tailOf, tailThing } from "../src/desk/tail";
import { NONE, begunWith, filled, gapOf, grown, keptOf, shownOf, type Live, type Older } from "../src/inbox/thread/older";
import { LiveDesk } from "../src/live/desk";

const idOf = (place: number): string => `msg_${String(place).padStart(29, "0")}`;
const entry = (place: number, version = 1): Entry => ({ type: "message", id: idOf(place), version, conversation_id: "cnv_1" }) as Entry;
const entries = (first: number, last: number): Entry[] => Array.from({ length: last - first + 1 }, (_, place) => entry(first + place));
const placesOf = (found: readonly Entry[]): number[] => found.map(({ id }) => Number(id.slice(4)));
const live = (first: number, last: number, from: number | null = first): Live => ({ entries: entries(first, last), from: from === null ? null : idOf(from) });

describe("what is shown of a thread", () => {
  it("is what was read and what is live, as one", () => {
    const older = grown(NONE, entries(51, 100), idOf(101), false);
    expect(placesOf(shownOf(older, live(101, 103)))).toEqual(placesOf(entries(51, 103)));
    expect(gapOf(older, live(101, 103))).toBeNull();
  });

  it("has nothing of before its first one, whatever is told of that: what stands between is not here", () => {
    const told: Live = { entries: [entry(5, 2), ...entries(101, 103)], from: idOf(101) };
    expect(placesOf(shownOf(NONE, told))).toEqual([101, 102, 103]);
    expect(placesOf(shownOf(grown(NONE, entries(51, 100), idOf(101), false), told))[0]).toBe(51);
    expect(placesOf(shownOf(NONE, { ...told, from: null }))).toEqual([5, 101, 102, 103]);
  });

  it("is the newest version of what was read", () => {
    const older = grown(NONE, entries(51, 100), idOf(101), false);
    const [first] = shownOf(older, { entries: [entry(51, 7), ...entries(101, 103)], from: idOf(101) });
    expect(first?.version).toBe(7);
  });

  it("marks what is missing between what was read lately and the live end, until it is read", () => {
    const lately = begunWith({ conversation: {} as Conversation, entries: entries(1, 50), started: true });
    expect(gapOf(lately, live(201, 250))).toBe(idOf(50));
    const more = filled(lately, entries(51, 150));
    expect(gapOf(more, live(201, 250))).toBe(idOf(150));
    expect(gapOf(filled(more, entries(151, 220)), live(201, 250))).toBeNull();
    expect(gapOf(lately, live(40, 60))).toBeNull();
  });
});

describe("what is live no longer", () => {
  const reading: Older = grown(NONE, entries(1, 100), idOf(101), true);

  it("stays while somebody looks further up, joined to what is live", () => {
    for (const older of [NONE, reading]) {
      const [before, now] = [live(101, 400), live(301, 401)];
      const kept = keptOf(older, before, now, false);
      expect(placesOf(shownOf(kept, now))).toEqual([...placesOf(shownOf(older, before)), 401]);
      expect([gapOf(kept, now), kept.started]).toEqual([null, older.started]);
      const [later, again] = [live(301, 500), live(450, 500)];
      const more = keptOf(kept, later, again, false);
      expect([placesOf(shownOf(more, again)).length, gapOf(more, again)]).toEqual([shownOf(kept, later).length, null]);
    }
  });

  it("goes at the end, with all before it, which can be read again", () => {
    const now = live(301, 401);
    const kept = keptOf(reading, live(101, 400), now, true);
    expect([placesOf(shownOf(kept, now)), kept.started]).toEqual([placesOf(entries(301, 401)), false]);
  });

  it("is followed by a gap where nobody knows what came after it", () => {
    const now = live(501, 550);
    const kept = keptOf(NONE, live(101, 150), now, false);
    expect(placesOf(shownOf(kept, now))).toEqual([...placesOf(entries(101, 150)), ...placesOf(entries(501, 550))]);
    expect(gapOf(kept, now)).toBe(idOf(150));
  });

  it("makes a gap wider that there was", () => {
    const lately = begunWith({ conversation: {} as Conversation, entries: entries(1, 50), started: true });
    expect(keptOf(lately, live(101, 150), live(501, 550), false)).toBe(lately);
  });

  it("is nothing where all is still there", () => {
    expect(keptOf(reading, live(101, 400), live(101, 401), true)).toBe(reading);
    expect(keptOf(reading, live(101, 400), { entries: [], from: undefined }, true)).toBe(reading);
  });

  it("has begun where the thread has", () => {
    const kept = keptOf(NONE, live(1, 400, null), live(301, 401), false);
    expect([kept.started, shownOf(kept, live(301, 401)).length]).toEqual([true, 401]);
  });
});

describe("an open thread", () => {
  const topic = "conversation:cnv_1";
  let desk: LiveDesk;
  const held = () => desk.store.ofKind("message").map(({ id }) => id).sort();
  const told = (first: number, last: number, version = 1) => {
    desk.learn(topic, entries(first, last).map((each) => entryThing({ ...each, version })));
    shorten(desk, "cnv_1");
  };

  beforeEach(() => {
    desk = new LiveDesk({ ticket: () => Promise.reject(new Error("no line")), fetch: () => Promise.reject(new Error("no line")), open: () => undefined as never }, Date.now, () => true);
    desk.follow({ topics: [topic] });
    desk.learn(topic, [tailThing("cnv_1", null)]);
  });
  afterEach(() => desk.stop());

  it("holds its newest, and says with which it begins", () => {
    told(1, MOST_HELD);
    expect([held().length, tailOf(desk.store.things.get("tail/cnv_1"))]).toEqual([MOST_HELD, null]);
    const watched = vi.fn();
    desk.watch("message", idOf(1), watched);
    told(MOST_HELD + 1, MOST_HELD + 500);
    expect([held().length, held()[0], watched.mock.calls.length]).toEqual([MOST_HELD, idOf(501), 1]);
    expect(tailOf(desk.store.things.get("tail/cnv_1"))).toBe(idOf(501));
    expect(desk.store.members.get(topic)?.size).toBe(MOST_HELD + 1);
  });

  it("is not bounded again with each message that comes", () => {
    told(1, MOST_HELD + 1);
    expect(held().length).toBe(MOST_HELD + 1);
  });

  it("keeps what another topic has", () => {
    desk.follow({ topics: ["work:agt_1"] });
    desk.learn("work:agt_1", [entryThing(entry(1))]);
    told(1, MOST_HELD + 500);
    expect([held().length, held()[0]]).toEqual([MOST_HELD + 1, idOf(1)]);
  });
});
