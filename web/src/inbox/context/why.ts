/** A decision of routing as rows: who got it, who could have, who was passed over and why. */

import type { Schemas } from "../../api/client";

export type Decision = Schemas["DecisionView"];

export interface Candidate {
  agentId: string;
  verdict: "chosen" | "could" | "skipped";
  freePercent: number | null;
  idleSeconds: number | null;
  reason: Decision["skipped"][number]["reason"] | null;
  detail: string;
}

export function candidatesOf(decision: Decision): Candidate[] {
  const weighed = decision.weighed.map(
    (each): Candidate => ({
      agentId: each.agent_id,
      verdict: each.agent_id === decision.agent_id ? "chosen" : "could",
      freePercent: each.free_percent,
      idleSeconds: each.idle_seconds,
      reason: null,
      detail: "",
    }),
  );
  // Whom the customer knows is given it without being weighed.
  const given = decision.agent_id !== null && !weighed.some((each) => each.verdict === "chosen");
  const known: Candidate[] = given
    ? [{ agentId: decision.agent_id ?? "", verdict: "chosen", freePercent: null, idleSeconds: null, reason: null, detail: "" }]
    : [];
  const skipped = decision.skipped.map(
    ({ agent_id, reason, detail }): Candidate => ({ agentId: agent_id, verdict: "skipped", freePercent: null, idleSeconds: null, reason, detail }),
  );
  return [...known, ...weighed.sort((one, other) => rank(one) - rank(other)), ...skipped];
}

const rank = (candidate: Candidate): number => (candidate.verdict === "chosen" ? 0 : 1);

/** How many were passed over beyond those that are told. */
export const untold = (decision: Decision): number => Math.max(0, decision.skipped_count - decision.skipped.length);
