/** Who the visitor is to the desk: a token, kept on the site's page, made when it is first needed. */

import type { Proof } from "../shared/protocol";
import { Refused, type Api, type Session } from "./api";

export const SESSION = "session";

export class Sessions {
  /** How far the desk's clock is ahead of ours, in milliseconds. */
  ahead = 0;
  private making: Promise<void> | null = null;

  constructor(
    private readonly api: Api,
    private readonly keep: (key: string, value: string | null) => void,
    private readonly now: () => number = Date.now,
  ) {}

  get token(): string | null {
    return this.api.token;
  }

  /** As an earlier page, or another tab, left it; false where there is nothing of use. */
  restore(kept: string | null | undefined): boolean {
    const session = kept ? read(kept) : null;
    if (session === null || Date.parse(session.expires_at) <= this.now()) return false;
    this.api.token = session.token;
    this.ahead = session.ahead;
    return true;
  }

  /** Whether another tab has become another visitor, or the first. */
  adopted(kept: string | null): boolean {
    const before = this.api.token;
    return this.restore(kept) && before !== this.api.token;
  }

  /** Throws as the API does. */
  async ensure(anew: boolean): Promise<void> {
    if (this.api.token !== null && !anew) return;
    this.making ??= this.make().finally(() => (this.making = null));
    await this.making;
  }

  /** Goes on as the visitor of another device. */
  async resume(code: string): Promise<void> {
    this.take(await this.api.begin(code));
  }

  /** Whether the visitor is somebody else now than before. */
  async identify(proof: Proof): Promise<boolean> {
    const before = this.subject;
    if (before !== null && before === subjectOf(proof)) return false;
    await this.ensure(false);
    try {
      this.take(await this.api.identify(proof));
    } catch (fault) {
      if (!(fault instanceof Refused && fault.status === 401)) throw fault;
      // Of the token, or of the proof: with a new token the proof alone is left.
      await this.ensure(true);
      this.take(await this.api.identify(proof));
    }
    return before !== this.subject;
  }

  /** The site's own id of who is signed in, as the token has it. */
  get subject(): string | null {
    const payload = this.api.token?.split(".")[0];
    const subject = payload ? claim(payload, "s") : null;
    return typeof subject === "string" ? subject : null;
  }

  setClock(date: number): void {
    this.ahead = date - this.now();
  }

  private async make(): Promise<void> {
    this.api.token = null;
    this.take(await this.api.begin());
  }

  private take(session: Session): void {
    this.api.token = session.token;
    this.setClock(Date.parse(session.server_time));
    const { token, expires_at } = session;
    this.keep(SESSION, JSON.stringify({ token, expires_at, ahead: this.ahead }));
  }
}

function read(kept: string): { token: string; expires_at: string; ahead: number } | null {
  try {
    const { token, expires_at, ahead } = JSON.parse(kept) as Record<string, unknown>;
    return typeof token === "string" && typeof expires_at === "string" ? { token, expires_at, ahead: Number(ahead) || 0 } : null;
  } catch {
    return null;
  }
}

function subjectOf(proof: Proof): string | null {
  if (!("jwt" in proof)) return proof.identifier;
  const subject = claim(proof.jwt.split(".")[1] ?? "", "sub");
  return typeof subject === "string" ? subject : null;
}

/** Read only to spare a call: the desk is who checks it. */
function claim(part: string, name: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    return (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>)[name];
  } catch {
    return null;
  }
}
