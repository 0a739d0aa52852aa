/** What is typed of tasks, as the API takes it. */

/** Of a datetime-local box, in the reader's zone; null where nothing is typed. */
export function dueOf(text: string): string | null {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** One point in each line. */
export const pointsOf = (text: string): string[] => text.split("\n").map((line) => line.replace(/^\s*[-*•]\s*/, "").trim()).filter(Boolean);
