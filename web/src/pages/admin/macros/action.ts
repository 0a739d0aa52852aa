/** The actions of a macro, as the form holds them and as they are sent. */

export const DOES = ["reply", "template", "note", "assign", "status", "priority", "labels", "task"] as const;
export type Does = (typeof DOES)[number];

/** As the API takes it: what to `do`, and the rest by what is done. */
export type Action = { do: Does } & Record<string, unknown>;

export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
export const STATUSES = ["resolved", "pending", "snoozed", "open"] as const;

const BLANKS: Record<Does, () => Action> = {
  reply: () => ({ do: "reply", text: "" }),
  template: () => ({ do: "template", name: "", language: "en", components: [] }),
  note: () => ({ do: "note", text: "" }),
  assign: () => ({ do: "assign", assignee_id: "me" }),
  status: () => ({ do: "status", status: "resolved" }),
  priority: () => ({ do: "priority", priority: "high" }),
  labels: () => ({ do: "labels", add: [], remove: [] }),
  task: () => ({ do: "task", title: "" }),
};

export const blankAction = (does: Does): Action => BLANKS[does]();

export const textOf = (action: Action, name: string): string => (typeof action[name] === "string" ? action[name] : "");
export const listOf = (action: Action, name: string): string[] => (Array.isArray(action[name]) ? (action[name] as string[]) : []);
export const numberOf = (action: Action, name: string): number | null => (typeof action[name] === "number" ? action[name] : null);

/** With one field changed; undefined takes it out. */
export function withField(action: Action, name: string, value: unknown): Action {
  const { [name]: _gone, ...rest } = action;
  return (value === undefined ? rest : { ...rest, [name]: value }) as Action;
}

/** What is missing for it to be sent. */
export function isWhole(action: Action): boolean {
  if (action.do === "reply") return textOf(action, "text").trim() !== "" || textOf(action, "canned_response_id") !== "";
  if (action.do === "note") return textOf(action, "text").trim() !== "";
  if (action.do === "template") return textOf(action, "name").trim() !== "" && textOf(action, "language").trim() !== "";
  if (action.do === "labels") return listOf(action, "add").length + listOf(action, "remove").length > 0;
  if (action.do === "task") return textOf(action, "title").trim() !== "";
  if (action.do === "assign") return "assignee_id" in action || "team_id" in action;
  if (action.do === "status") return action["status"] !== "snoozed" || numberOf(action, "snooze_seconds") !== null;
  return true;
}
