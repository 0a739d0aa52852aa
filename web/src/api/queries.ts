/** How answers are kept and asked for again. */

import { QueryClient } from "@tanstack/react-query";
import { SignedOut } from "../access/keeper";
import { Problem } from "./problem";

const ATTEMPTS = 3;
const FRESH = 15_000;

/** Refusals stay refusals; what may pass is tried again. */
export function again(failures: number, fault: unknown): boolean {
  if (fault instanceof SignedOut || (fault instanceof Problem && !fault.passes)) return false;
  return failures < ATTEMPTS;
}

export function queries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: again, staleTime: FRESH, refetchOnReconnect: true },
      // A change is sent again by a person, who sees what became of it.
      mutations: { retry: false },
    },
  });
}
