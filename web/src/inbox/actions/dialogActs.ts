/** Which acts are one press, and which ask for more in a dialog. */

import type { Act } from "./rules";

export const PRESSES = ["resolve", "reopen", "assign.me", "follow"] as const satisfies readonly Act[];
export type DialogAct = Exclude<Act, (typeof PRESSES)[number]>;

export interface Asked {
  act: DialogAct;
  messageId?: string | undefined;
}

export const asksMore = (act: Act): act is DialogAct => !(PRESSES as readonly Act[]).includes(act);
