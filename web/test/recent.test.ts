import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Ahead, LOOK_EVERY, MEANT_AFTER, type Wanted } from "../src/desk/ahead";
import type { Conversation, Entry } from "../src/desk/conversation";
import { MOST_ENTRIES, MOST_THREADS, Recent } from "../src/desk/recent";
import type { Shown } from "../src/inbox/list/order";
import { likelyOf } from "../src/inbox/list/useReadAhead";

const conversation = (id: string, version = 1): Conversation => ({ id, version }) as Conversation;
const entries = (many: number): Entry[] => Array.from({ length: many }, (_, place) => ({ id: `msg_${place}` }) as Entry);

describe("threads that were read lately", () => {
  it("are thirty at most: the one that was kept longest ago goes", () => {
    const recent = new Recent();
    for (let place = 0; place < MOST_THREADS + 5; place += 1) recent.keep({ conversation: conversation(`cnv_${place}`), entries: entries(1), started: true });
    expect(recent.size).toBe(MOST_THREADS);
    expect([recent.has("cnv_4", 1), recent.has("cnv_5", 1)]).toEqual([false, true]);
  });

  it("have their newest page alone, and know that there is more before it", () => {
    const recent = new Recent();
    recent.keep({ conversation: conversation("cnv_1"), entries: entries(2_000), started: true });
    const found = recent.of("cnv_1", 1);
    expect(found?.entries.length).toBe(MOST_ENTRIES);
    expect(found?.entries.at(-1)?.id).toBe("msg_1999");
    expect(found?.started).toBe(false);
  });

  it("are not given where the conversation is known to have changed, nor replaced by older ones", () => {
    const recent = new Recent();
    recent.keep({ conversation: conversation("cnv_1", 3), entries: entries(3), started: true });
    recent.keep({ conversation: conversation("cnv_1", 2), entries: entries(2), started: true });
    expect(recent.of("cnv_1", 3)?.entries.length).toBe(3);
    expect(recent.of("cnv_1", 4)).toBeUndefined();
  });
});

describe("reading ahead", () => {
  const asked: Array<{ id: string; signal: AbortSignal; answer: () => void }> = [];
  const known = new Set<string>();
  let ahead: Ahead;
  const want = (id: string): Wanted => ({ id, version: 1 });
  const ids = () => asked.map(({ id }) => id);
  const answered = async () => {
    asked.at(-1)?.answer();
    await vi.advanceTimersByTimeAsync(0);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    asked.length = 0;
    known.clear();
    ahead = new Ahead({
      held: ({ id }) => known.has(id),
      read: (id, signal) =>
        new Promise((resolve, reject) => {
          asked.push({ id, signal, answer: () => (known.add(id), resolve()) });
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        }),
    });
  });
  afterEach(() => vi.useRealTimers());

  it("begins after the pointer has rested, and not for what is passed on the way", async () => {
    for (const id of ["a", "b", "c"]) {
      ahead.near(want(id));
      await vi.advanceTimersByTimeAsync(MEANT_AFTER - 10);
    }
    expect(ids()).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);
    expect(ids()).toEqual(["c"]);
  });

  it("is given up when the pointer leaves, not when it moves within", async () => {
    ahead.near(want("a"));
    await vi.advanceTimersByTimeAsync(MEANT_AFTER);
    ahead.near(want("a"));
    expect(asked[0]?.signal.aborted).toBe(false);
    ahead.away();
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it("asks for nothing that is here", async () => {
    known.add("a");
    ahead.near(want("a"));
    await vi.advanceTimersByTimeAsync(MEANT_AFTER);
    expect(ids()).toEqual([]);
  });

  it("reads the likely ones one after the other; what is pointed at goes before them", async () => {
    ahead.likely(["a", "b", "c"].map(want));
    await vi.advanceTimersByTimeAsync(0);
    expect(ids()).toEqual(["a"]);
    await answered();
    expect(ids()).toEqual(["a", "b"]);
    ahead.near(want("z"));
    await vi.advanceTimersByTimeAsync(MEANT_AFTER);
    expect(asked[1]?.signal.aborted).toBe(true);
    expect(ids()).toEqual(["a", "b", "z"]);
    await answered();
    expect(ids()).toEqual(["a", "b", "z", "c"]);
  });

  it("looks at the first ones no more often than it may, however often they change", async () => {
    for (let place = 0; place < 50; place += 1) {
      ahead.likely([want(`a${place}`)]);
      await vi.advanceTimersByTimeAsync(LOOK_EVERY / 50);
      await answered();
    }
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it("stops with the page", async () => {
    ahead.likely(["a", "b"].map(want));
    await vi.advanceTimersByTimeAsync(0);
    ahead.stop();
    await vi.advanceTimersByTimeAsync(LOOK_EVERY);
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(ids()).toEqual(["a"]);
  });
});

it("the first three are likely, and the one behind what is open", () => {
  const shown = ["a", "b", "c", "d", "e", "f"].map((id) => ({ listed: { row: { id, version: 1 } } }) as Shown);
  const likely = (current: string | null) => likelyOf(shown, current).map(({ id }) => id);
  expect(likely(null)).toEqual(["a", "b", "c"]);
  expect(likely("e")).toEqual(["f", "a", "b", "c"]);
  expect(likely("a")).toEqual(["b", "c"]);
});
