/** What is typed against what is stored: what differs, and how two changes of one thing become one. */

type Fields = Record<string, unknown>;

/** Alike in content; the order of keys says nothing. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [one as Fields, other as Fields];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => same(left[name], right[name]));
}

/** The fields that differ, by name. */
export function changed<D extends object>(from: D, to: D): (keyof D & string)[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]) as Set<keyof D & string>;
  return [...names].filter((name) => !same(from[name], to[name]));
}

/** Two people changed one thing since `base`. */
export interface Clash<D> {
  base: D;
  mine: D;
  theirs: D;
  version: number;
  /** Changed by both, and not to the same. */
  fields: (keyof D & string)[];
}

export function clashOf<D extends object>(base: D, mine: D, theirs: D, version: number): Clash<D> {
  const their = new Set(changed(base, theirs));
  const fields = changed(base, mine).filter((field) => their.has(field) && !same(mine[field], theirs[field]));
  return { base, mine, theirs, version, fields };
}

/** Both changes in one; where both changed a field, the side that was chosen for it, else mine. */
export function settled<D extends object>(clash: Clash<D>, choices: Readonly<Record<string, "mine" | "theirs">>): D {
  const result = { ...clash.theirs };
  for (const field of changed(clash.base, clash.mine)) {
    if (clash.fields.includes(field) && choices[field] === "theirs") continue;
    result[field] = clash.mine[field];
  }
  return result;
}

/** As a person reads it beside another value. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value))
    return value.length === 0 ? "–" : value.map((each) => (typeof each === "object" ? JSON.stringify(each) : String(each))).join(", ");
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}
