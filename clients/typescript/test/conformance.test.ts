/** The vectors of clients/conformance, which the Python client passes too. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LiveClient, type Effect, type Snapshot } from "../src/index.js";

interface Step {
  at: number;
  in: string;
  with: unknown[];
  out?: unknown;
  then?: Record<string, unknown>;
}

const METHODS: Record<string, string> = { have_read: "haveRead" };
const folder = fileURLToPath(new URL("../../../conformance/", import.meta.url));

for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
  const vector = JSON.parse(readFileSync(folder + name, "utf8")) as { about: string; chance: number; steps: Step[] };
  test(`${name}: ${vector.about}`, () => {
    const chance = (): number => vector.chance;
    let client = new LiveClient(chance);
    let expected: Record<string, unknown> = {};
    for (const [place, step] of vector.steps.entries()) {
      let out: Effect[] = [];
      if (step.in === "restart") {
        client = LiveClient.restored(plain(client.snapshot()) as Snapshot, chance);
      } else {
        const method = (METHODS[step.in] ?? step.in) as keyof LiveClient;
        out = (client[method] as (...given: unknown[]) => Effect[]).call(client, ...step.with, step.at);
      }
      if (step.out !== undefined) assert.deepEqual(plain(out), step.out, `step ${place}: ${step.in}`);
      expected = { ...expected, ...step.then };
      assert.deepEqual(plain(stateOf(client)), expected, `step ${place}: after ${step.in}`);
    }
  });
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function stateOf(client: LiveClient): Record<string, unknown> {
  const topics = [...client.topics.values()];
  return {
    complete: client.complete,
    as_of: client.asOf,
    seqs: Object.fromEntries(topics.map((topic) => [topic.name, topic.seq])),
    things: Object.fromEntries([...client.store.things].map(([key, thing]) => [key, thing.version])),
    next_at: client.nextAt(),
    waiting: client.waiting,
    resets: topics.reduce((sum, topic) => sum + topic.resets, 0),
  };
}
