/** Carries out a change of many conversations: what was done can be undone, what was refused is told with its reason. */

import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { told, type Api, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { useApi, useSay } from "../../app/desk";
import { useDone } from "../../undo/Undo";
import { calls, undoing, type Change, type Refused, type Step } from "./bulk";
import type { Row } from "./places";

interface Outcome {
  done: Row[];
  refused: Refused[];
}

export function useBulk(after: (done: readonly Row[]) => void) {
  const [api, say, done] = [useApi(), useSay(), useDone()];
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const last = useRef<Change | null>(null);
  const changing = useMutation({
    mutationFn: ({ change, rows }: { change: Change; rows: readonly Row[] }) => carriedOut(api, change, rows, say("list.bulk_failed")),
    onSuccess: (outcome, { change }) => {
      setRefused(outcome.refused);
      after(outcome.done);
      if (outcome.done.length === 0) return;
      const steps = undoing(change, outcome.done, Date.now());
      done({ text: say("list.bulk_done", { n: outcome.done.length }), undo: () => takenBack(api, steps) });
    },
  });
  const change = (what: Change, rows: readonly Row[]) => {
    last.current = what;
    changing.mutate({ change: what, rows });
  };
  return {
    change,
    busy: changing.isPending,
    refused,
    again: () => last.current !== null && change(last.current, refused.map((each) => each.row)),
    close: () => setRefused([]),
  };
}

async function carriedOut(api: Api, change: Change, rows: readonly Row[], failed: string): Promise<Outcome> {
  const outcome: Outcome = { done: [], refused: [] };
  const by = new Map(rows.map((row) => [row.id, row]));
  for (const body of calls(change, rows)) {
    for (const item of await called(api, body, failed)) {
      const row = by.get(item.id);
      if (row === undefined) continue;
      if (item.done) outcome.done.push(row);
      else outcome.refused.push({ row, detail: item.detail });
    }
  }
  return outcome;
}

/** Where a portion fails as a whole, each of its rows does, for the same reason. */
async function called(api: Api, body: Schemas["BulkBody"], failed: string): Promise<ReadonlyArray<{ id: string; done: boolean; detail: string }>> {
  try {
    return (await told(api.POST("/conversations/bulk", { body }))).items;
  } catch (fault) {
    const detail = fault instanceof Problem && fault.detail !== "" ? fault.detail : failed;
    return body.ids.map((id) => ({ id, done: false, detail }));
  }
}

async function takenBack(api: Api, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (step.kind === "bulk") {
      const { refused } = await told(api.POST("/conversations/bulk", { body: step.body }));
      if (refused > 0) throw new Error(`${refused} could not be put back`);
    } else {
      const path = { conversation_id: step.id };
      await told(api.POST("/conversations/{conversation_id}/assignment", { params: { path }, body: { ...step.body, exceed: false, note: "", reason: "" } }));
    }
  }
}
