/** How many conversations a list has, as the counters of the desk say. */

import type { Schemas } from "../../api/client";
import { NO_FILTER, statusOf, type Place } from "./places";

/** More than is counted: "1000+". */
export interface Count {
  n: number;
  more: boolean;
}

export const MOST_COUNTED = 1_000;
export const counted = (n: number): Count => ({ n: Math.min(n, MOST_COUNTED), more: n > MOST_COUNTED });

type Counts = Schemas["CountsView"];

export function numberOf(place: Place, counts: Counts): number | null {
  const status = statusOf(place, NO_FILTER);
  switch (place.kind) {
    case "mine":
    case "attention":
      return counts.mine.open;
    case "unassigned":
      return counts.desk.unassigned;
    case "all":
    case "snoozed":
    case "resolved":
      return counts.desk[status];
    case "team":
      return counts.teams[place.id]?.open ?? null;
    case "inbox":
      return counts.inboxes[place.id]?.open ?? null;
    default:
      return null;
  }
}
