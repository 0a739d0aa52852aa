/** Rules are told apart by their names. */

export const lacksName = (rules: ReadonlyArray<{ name: string }>): boolean => rules.some(({ name }) => name.trim() === "");
