/** Somebody who signs in, as a form holds them. */

import type { Schemas } from "../../../api/client";
import type { Agent } from "../kit/people";

export interface Person {
  name: string;
  role: Schemas["Role"];
  team_ids: string[];
  enabled: boolean;
}

export const personOf = ({ name, role, team_ids, enabled }: Agent): Person => ({
  name,
  role,
  team_ids: [...team_ids].sort(),
  enabled,
});

/** Good enough to be sent; the API looks closer. */
export const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim());
