/** How much somebody holds, as a form has it: to and from what the API keeps. */

import type { Schemas } from "../../../api/client";

export type Presence = Schemas["PresenceView"];
export const CLASSES = ["live", "messaging", "asynchronous", "voice"] as const;
export type ChannelClass = (typeof CLASSES)[number];

/** What a conversation weighs for everybody who has no weight of their own: these are not sent, and follow the desk's. */
const USUAL: Readonly<Record<ChannelClass, number>> = { live: 3, messaging: 2, asynchronous: 1, voice: 9 };

export interface Load {
  units: number | null;
  reserve: number | null;
  weights: Record<ChannelClass, number | null>;
  hours_id: string;
}

export const ALWAYS = "always";

export function loadOf(person: Presence): Load {
  const weights = Object.fromEntries(CLASSES.map((name) => [name, person.weights[name] ?? USUAL[name]])) as Load["weights"];
  return { units: person.units, reserve: person.reserve, weights, hours_id: person.hours_id ?? ALWAYS };
}

export const USUAL_LOAD: Load = { units: 10, reserve: 1, weights: { ...USUAL }, hours_id: ALWAYS };

/** Nothing given is the usual. */
export function bodyOf(load: Load): Omit<Schemas["CapacityBody"], "version"> {
  const weights = Object.fromEntries(
    CLASSES.map((name) => [name, load.weights[name] === USUAL[name] ? null : load.weights[name]]),
  ) as Schemas["WeightsBody"];
  return { units: load.units ?? 0, reserve: load.reserve ?? 0, weights, hours_id: load.hours_id === ALWAYS ? null : load.hours_id };
}
