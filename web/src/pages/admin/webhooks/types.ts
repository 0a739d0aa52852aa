/** Which events an endpoint asks for: everything, whole areas, or single ones. */

const ALL = "*";

export const areaOf = (type: string): string => type.split(".")[0] ?? type;
export const wholeArea = (area: string): string => `${area}.*`;
export const isAll = (types: readonly string[]): boolean => types.includes(ALL);

export interface Area {
  name: string;
  events: string[];
}

export function areasOf(events: readonly string[]): Area[] {
  const names = [...new Set(events.map(areaOf))];
  return names.map((name) => ({ name, events: events.filter((event) => areaOf(event) === name) }));
}

/** What is chosen of one area: all of it counts instead of its parts. */
export function withArea(types: readonly string[], area: Area, chosen: readonly string[]): string[] {
  const others = types.filter((type) => type !== ALL && areaOf(type) !== area.name);
  const isWhole = chosen.includes(wholeArea(area.name));
  return [...others, ...(isWhole ? [wholeArea(area.name)] : chosen)].sort();
}

export const chosenOf = (types: readonly string[], area: Area): string[] => types.filter((type) => areaOf(type) === area.name);

export const everything = (): string[] => [ALL];
