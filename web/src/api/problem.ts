/** What can come instead of an answer. */

/** One value that was refused: where it stands in what was sent. */
export interface FieldError {
  field: string;
  detail: string;
}

/** The API's refusal: problem details (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field: string | null,
    readonly facts: Record<string, unknown>,
    readonly requestId: string | null,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(`${status} ${code}: ${detail}`);
  }

  /** Whether the same request may do better later. */
  get passes(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** No answer at all: the line, or the desk, is down. */
export class Unreachable extends Error {}

export function problemOf(status: number, body: unknown): Problem {
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string): string | null => (typeof told[name] === "string" ? told[name] : null);
  return new Problem(
    status,
    text("code") ?? "unknown",
    text("detail") ?? "",
    text("field"),
    (told["facts"] as Record<string, unknown> | undefined) ?? {},
    text("request_id"),
    (told["errors"] as FieldError[] | undefined) ?? [],
  );
}
