/** How far a message has come: each mark holds those before it. */

export const MARKS = ["queued", "sent", "delivered"] as const;
const ORDER = ["queued", "sending", "uncertain", "sent", "delivered", "read"];
export type Mark = (typeof MARKS)[number];

export const reached = (state: string, mark: Mark): boolean => ORDER.indexOf(state) >= ORDER.indexOf(mark);
