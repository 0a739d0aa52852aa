/** Weeks that a new calendar may begin with. */

const office = [["09:00", "17:00"]];
const always = [["00:00", "24:00"]];

export const BEGINNINGS = {
  office: Object.fromEntries(["0", "1", "2", "3", "4"].map((day) => [day, office])),
  always: Object.fromEntries(["0", "1", "2", "3", "4", "5", "6"].map((day) => [day, always])),
  empty: {} as Record<string, string[][]>,
} satisfies Record<string, Record<string, string[][]>>;

export type Beginning = keyof typeof BEGINNINGS;
