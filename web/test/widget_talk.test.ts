/** The chat widget: what it reads from the desk, and how it sends, over lost answers and reloads. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refused, type Read, type Shown, type Written } from "../widget/app/api";
import { History } from "../widget/app/history";
import { OUT, Sending } from "../widget/app/sending";
import { beginning, type Upload } from "../widget/app/state";
import { Files, MOST_BYTES } from "../widget/app/uploading";
import { writtenAt } from "../widget/app/uuid7";

const message = (id: string, more: Partial<Shown> = {}): Shown => ({
  id, client_id: null, from: "agent", name: "Ana", kind: "text", text: id, content: {}, attachments: [], reply_to: null,
  occurred_at: "2026-03-02T09:00:00+00:00", read: false, ...more,
});

describe("what is read from the desk", () => {
  const facts = { inbox: "ibx_1", look: {}, hours: null } as never;
  const answer = (messages: Shown[], more: Partial<Read> = {}): Read => ({
    messages, after: messages.at(-1)?.id ?? null, typing: false, queue: null, status: "open", unseen: 0, ...more,
  });
  const own = (id: string): Shown => message(id, { from: "visitor" });
  const make = (answers: Read[]) => {
    const held = { state: beginning(facts), fresh: [] as string[] };
    const history = new History({ read: () => Promise.resolve(answers.shift()) } as never, {
      state: () => held.state,
      set: (change) => (held.state = { ...held.state, ...change }),
      fault: () => null,
      fresh: (messages) => held.fresh.push(...messages.map(({ id }) => id)),
      left: () => [],
    });
    return { held, history };
  };

  it("counts as read what the desk had opened then, and nothing that was said since", async () => {
    const { held, history } = make([answer([own("a"), own("b")], { unseen: 1 }), answer([], { after: "b" })]);
    await history.all();
    expect(held.state.readTo).toBe("a");
    history.take([own("c")]);
    await history.more();
    expect(held.state.readTo).toBe("b");
  });
  it("never takes a mark back, and tells of each of the desk's messages once", async () => {
    const { held, history } = make([answer([own("a"), message("b")]), answer([message("c")], { unseen: 1 })]);
    await history.all();
    history.take([message("c")]);
    await history.more();
    expect([held.state.readTo, held.fresh]).toEqual(["a", ["b", "c"]]);
  });
  it("leaves no hole where more was said than is told at once", async () => {
    const page = Array.from({ length: 50 }, (_, index) => message(`n${String(index).padStart(2, "0")}`));
    const { held, history } = make([answer([message("a")]), answer(page)]);
    await history.all();
    await history.all();
    expect([held.state.messages.length, held.state.messages[0]?.id, held.state.before]).toEqual([50, "n00", "n00"]);
  });
});

describe("sending", () => {
  const kept = new Map<string, string>();
  let answers: Array<() => Promise<unknown>>;
  let sent: Written[];
  const make = (now = () => 1_785_578_400_000): Sending =>
    new Sending({
      api: { write: (written: Written) => (sent.push(written), (answers.shift() ?? (() => Promise.resolve({})))()) } as never,
      keep: (key, value) => void (value === null ? kept.delete(key) : kept.set(key, value)),
      session: () => Promise.resolve(),
      now: () => now(),
      setClock: (date) => void (now = () => date),
      changed: () => undefined,
      taken: () => undefined,
    });
  beforeEach(() => {
    vi.useFakeTimers();
    kept.clear();
    [answers, sent] = [[], []];
  });
  afterEach(() => vi.useRealTimers());

  it("repeats under the same id until there is an answer, and keeps it until then", async () => {
    answers = [() => Promise.reject(new TypeError("no line")), () => Promise.reject(new Refused(503, "unavailable", "", null))];
    const sending = make();
    sending.send({ text: "Hello" });
    expect([...kept.keys()]).toEqual([`${OUT}${sending.pending[0]?.written.client_id}`]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(new Set(sent.map((each) => each.client_id)).size).toBe(1);
    expect([sent.length, sending.pending[0]?.state, kept.size]).toEqual([3, "accepted", 0]);
  });
  it("goes on where an earlier page stopped, in order", async () => {
    answers = [() => new Promise(() => undefined)];
    const first = make();
    first.send({ text: "One" });
    await vi.advanceTimersByTimeAsync(10);
    first.send({ text: "Two" });
    const left = Object.fromEntries(kept);
    sent = [];
    make().restore(left);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent.map((each) => each.text).sort()).toEqual(["One", "Two"]);
    expect(sent.map((each) => `${OUT}${each.client_id}`).sort()).toEqual(Object.keys(left).sort());
  });
  it("says why it was refused, and takes it back whole", async () => {
    answers = [() => Promise.reject(new Refused(422, "invalid_input", "Too long.", "text"))];
    const sending = make();
    sending.send({ text: "Hello" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sending.pending[0]).toMatchObject({ state: "failed", reason: "Too long." });
    expect(sending.drop(sending.pending[0]?.written.client_id ?? "")?.text).toBe("Hello");
    expect([sending.pending, kept.size]).toEqual([[], 0]);
  });
  it("goes under a new id where the clock was wrong", async () => {
    const right = 1_785_999_999_000;
    answers = [() => Promise.reject(new Refused(422, "invalid_input", "", "client_id", right))];
    const clock = { now: 1_000 };
    const sending = make(() => clock.now);
    sending.send({ text: "Hello" });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.map((each) => writtenAt(each.client_id))).toEqual([1_000, right]);
    expect(sending.pending.map((each) => each.state)).toEqual(["accepted"]);
  });
});

describe("files", () => {
  const told: string[] = [];
  let uploads: readonly Upload[];
  /** A line that takes, or not. */
  const line = (works: boolean): void => {
    vi.stubGlobal(
      "XMLHttpRequest",
      class {
        upload = {};
        status = 200;
        onload = (): void => undefined;
        onerror = (): void => undefined;
        open(): void {}
        setRequestHeader(): void {}
        send = (): void => queueMicrotask(() => (works ? this.onload() : this.onerror()));
      },
    );
  };
  const make = (refused?: Refused): Files =>
    new Files({
      api: { upload: () => (refused ? Promise.reject(refused) : Promise.resolve({ upload_id: "upl_1", url: "https://files.test/" })) } as never,
      ready: () => Promise.resolve(),
      language: () => "en",
      keep: (_, file) => void told.push(file ? `keeps ${file.name}` : "forgets"),
      show: (change) => void (uploads = change(uploads)),
      send: ({ name }) => void told.push(`sends ${name}`),
    });
  beforeEach(() => ([told.length, uploads] = [0, []]));
  afterEach(() => vi.unstubAllGlobals());

  it("are kept before the first goes, and forgotten once their message is kept", async () => {
    line(true);
    await make().attach([new File(["a"], "a.png"), new File(["b"], "b.png")]);
    expect(told).toEqual(["keeps a.png", "keeps b.png", "sends a.png", "forgets", "sends b.png", "forgets"]);
    expect(uploads).toEqual([]);
  });
  it("stay for the next page where there is no line, until nobody wants them", async () => {
    line(false);
    const files = make();
    await files.goOn([{ key: "k", file: new File(["a"], "a.png") }]);
    expect([told, uploads.map(({ done, reason }) => [done, reason !== ""])]).toEqual([[], [[null, true]]]);
    files.dismiss("k");
    expect([told, uploads]).toEqual([["forgets"], []]);
  });
  it("are not kept where they are too large, nor after the desk refused them", async () => {
    line(true);
    const large = Object.defineProperty(new File(["a"], "film.mp4"), "size", { value: MOST_BYTES + 1 });
    await make().attach([large]);
    await make(new Refused(422, "invalid_input", "Not this kind.", "mime")).attach([new File(["a"], "a.exe")]);
    expect([told, uploads.map(({ reason }) => reason)]).toEqual([["keeps a.exe", "forgets"], [expect.any(String), "Not this kind."]]);
  });
});
