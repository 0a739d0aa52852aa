/** How wide the panes are: as chosen on any machine, within what a screen allows. */

import { useState } from "react";
import { useSettings } from "../app/settings";
import { within } from "../ui/Splitter";

type Pane = "list" | "context";

/** CSS pixels. */
export const PANES = { list: { least: 280, most: 560 }, context: { least: 300, most: 640 } } as const;

export interface PaneWidth {
  /** Null: as it was given. */
  width: number | null;
  moving: (width: number) => void;
  settled: (width: number | null) => void;
}

export function usePane(pane: Pane): PaneWidth {
  const { settings, change } = useSettings();
  const [moved, moving] = useState<number | null>(null);
  const name = `pane.${pane}`;
  const kept = settings[name];
  const { least, most } = PANES[pane];
  return {
    width: moved ?? (typeof kept === "number" ? within(kept, least, most) : null),
    moving,
    settled: (width) => {
      moving(null);
      change({ [name]: width });
    },
  };
}
