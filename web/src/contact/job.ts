/** How far long work is. */

const OVER = new Set(["done", "failed", "cancelled"]);

export const isOver = (state: string): boolean => OVER.has(state);

/** Null: nobody knows yet how much there is. */
export const shareOf = ({ done, total }: { done: number; total: number }): number | null => (total > 0 ? Math.min(1, done / total) : null);
