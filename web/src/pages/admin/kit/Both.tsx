/** Two questions whose answers are shown together: the states of whichever is not there yet. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AsyncBoundary } from "../../../ui/states";

interface Props<A, B> {
  one: UseQueryResult<A>;
  other: UseQueryResult<B>;
  children: (one: A, other: B) => ReactNode;
  loading?: ReactNode;
}

export function Both<A, B>({ one, other, children, loading }: Props<A, B>) {
  return (
    <AsyncBoundary query={one} loading={loading}>
      {(first) => (
        <AsyncBoundary query={other} loading={loading}>
          {(second) => children(first, second)}
        </AsyncBoundary>
      )}
    </AsyncBoundary>
  );
}
