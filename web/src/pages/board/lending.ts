/** Lending an agent to another queue: for how long, and who is lent now. */

import type { Say } from "../../i18n/texts";
import type { FloorAgent, Queue } from "./floor";

export const SPANS = ["30", "60", "120", "240", "other"] as const;
export type Span = (typeof SPANS)[number];

const MINUTE = 60_000;

/** When they are back; null where `own` (as a field for dates writes it, in the reader's zone) is no time to come. */
export function until(span: Span, own: string, now: number): Date | null {
  const at = span === "other" ? Date.parse(own) : now + Number(span) * MINUTE;
  return Number.isFinite(at) && at > now ? new Date(at) : null;
}

/** The queue of what no team is named for: everybody's already. */
const EVERYBODYS = "fallback";

/** The API's name for that one is English. */
export const nameOfQueue = ({ team_id, name }: Pick<Queue, "team_id" | "name">, say: Say): string => (team_id === EVERYBODYS ? say("board.everybody") : name);

/** Queues that an agent does not work for yet. */
export const openTo = (agent: FloorAgent, queues: readonly Queue[]): Queue[] =>
  queues.filter((queue) => queue.team_id !== EVERYBODYS && !agent.team_ids.includes(queue.team_id));

/** The type under which an agent is dragged. */
export const DRAGGED = "application/x-parley-agent";
