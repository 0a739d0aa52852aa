/** Who may do what, as the API's own document says it of each route. */

export const ROLES = ["agent", "supervisor", "admin"] as const;
export type RoleName = (typeof ROLES)[number];

export interface Right {
  subject: string;
  method: string;
  path: string;
  summary: string;
  /** The least role that may; each may do what those before it may. */
  role: RoleName;
}

export interface Subject {
  name: string;
  rights: Right[];
  /** How many of its rights each role has. */
  counts: Record<RoleName, number>;
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
type Operation = { summary?: string; "x-role"?: string };

const isRole = (text: string | undefined): text is RoleName => ROLES.includes(text as RoleName);

/** What everybody may ask without signing in has no role, and is not among them. */
export function rightsOf(document: unknown): Right[] {
  const paths = (document as { paths?: Record<string, Record<string, Operation>> }).paths ?? {};
  return Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      const role = operation?.["x-role"];
      if (operation === undefined || !isRole(role)) return [];
      const subject = path.split("/")[1] ?? path;
      return [{ subject, method: method.toUpperCase(), path, summary: operation.summary ?? "", role }];
    }),
  );
}

export const may = (role: RoleName, right: Right): boolean => ROLES.indexOf(role) >= ROLES.indexOf(right.role);

export function subjectsOf(rights: readonly Right[], search = "", only: RoleName | "all" = "all"): Subject[] {
  const wanted = search.trim().toLowerCase();
  const found = new Map<string, Right[]>();
  for (const right of rights) {
    const text = `${right.subject} ${right.path} ${right.summary}`.toLowerCase();
    if (!text.includes(wanted) || (only !== "all" && right.role !== only)) continue;
    found.set(right.subject, [...(found.get(right.subject) ?? []), right]);
  }
  return [...found.entries()].map(([name, those]) => ({ name, rights: those, counts: countsOf(those) }));
}

function countsOf(rights: readonly Right[]): Record<RoleName, number> {
  const count = (role: RoleName): number => rights.filter((right) => may(role, right)).length;
  return { agent: count("agent"), supervisor: count("supervisor"), admin: count("admin") };
}
