/** Who is signed in, and the token that says so.
 *
 * The access token is in memory alone. The refresh token is in the tab's own storage, so that a reload stays signed in;
 * another tab asks this one for it. When it has ended, requests wait until the person has signed in again: what they
 * were about to send is not lost. */

import { claimsOf, SignInRefused, type Cognito, type Tokens } from "./cognito";

export type Access =
  | { is: "unknown" }
  | { is: "out" }
  | { is: "in"; agentId: string }
  /** Signed in until a moment ago: the page stays as it is, behind a dialog. */
  | { is: "lapsed"; agentId: string };

export interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What other tabs of this page say and hear. */
export interface Tabs {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

type Word = { ask: true } | { refresh: string } | { out: true };

const KEY = "parley.refresh";
const EARLY = 60_000;
const TABS_WITHIN = 200;

/** Requests that waited for somebody who did not come back. */
export class SignedOut extends Error {}

export class Keeper {
  private now: Access = { is: "unknown" };
  private tokens: Tokens | null = null;
  private refreshing: Promise<string> | null = null;
  private waiting: Array<{ resolve: (token: string) => void; reject: (fault: Error) => void }> = [];
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly pool: Pick<Cognito, "refresh" | "revoke">,
    private readonly kept: Kept,
    private readonly tabs: Tabs | null,
    private readonly clock: () => number = Date.now,
  ) {
    if (tabs !== null) tabs.onmessage = (event) => this.heard(event.data as Word);
  }

  readonly access = (): Access => this.now;

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Go on as before a reload, or as in another tab. */
  async resume(): Promise<void> {
    const refresh = this.stored() ?? (await this.askTabs());
    if (refresh === null) return this.become({ is: "out" });
    try {
      this.take({ ...(await this.pool.refresh(refresh)), refresh });
    } catch {
      // Not reached: the token is kept for the next attempt. Refused: it is of no use.
      this.become({ is: "out" });
    }
  }

  /** Of who is signed in, as the pool has it; null where that is not known. */
  readonly name = (): string | null => this.tokens?.name ?? null;

  signedIn(tokens: Tokens): void {
    this.take(tokens);
  }

  /** A token that is good now. Waits while nobody is signed in any more; throws what the pool throws. */
  async token(): Promise<string> {
    if (this.now.is === "lapsed") return this.again();
    if (this.now.is !== "in" || this.tokens === null) throw new SignedOut();
    return this.tokens.expiresAt - this.clock() > EARLY ? this.tokens.access : this.renew();
  }

  /** The API did not take this token: another one. */
  async instead(refused: string): Promise<string> {
    if (this.tokens !== null && this.tokens.access !== refused) return this.token();
    return this.now.is === "in" ? this.renew() : this.token();
  }

  async signOut(): Promise<void> {
    const refresh = this.tokens?.refresh ?? null;
    this.say({ out: true });
    this.forget({ is: "out" });
    // Where it is not reached, the token ends by itself.
    if (refresh !== null) await this.pool.revoke(refresh).catch(() => undefined);
  }

  private renew(): Promise<string> {
    this.refreshing ??= this.renewed().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async renewed(): Promise<string> {
    const refresh = this.tokens?.refresh;
    if (!refresh || this.now.is !== "in") return this.lapse();
    try {
      const tokens = await this.pool.refresh(refresh);
      this.take({ ...tokens, refresh: tokens.refresh ?? refresh });
      return tokens.access;
    } catch (fault) {
      if (fault instanceof SignInRefused) return this.lapse();
      throw fault;
    }
  }

  private lapse(): Promise<string> {
    const before = this.now;
    if (before.is === "in") this.forget({ is: "lapsed", agentId: before.agentId });
    return this.again();
  }

  private again(): Promise<string> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private take(tokens: Tokens): void {
    const agentId = agentOf(tokens.access);
    const same = this.now.is !== "lapsed" || this.now.agentId === agentId;
    this.tokens = tokens;
    if (tokens.refresh !== null) this.store(tokens.refresh);
    const waiting = this.waiting.splice(0);
    this.become({ is: "in", agentId });
    for (const each of waiting) {
      if (same) each.resolve(tokens.access);
      else each.reject(new SignedOut());
    }
  }

  private forget(access: Access): void {
    this.tokens = null;
    try {
      this.kept.removeItem(KEY);
    } catch {
      // Storage is blocked: nothing is in it.
    }
    if (access.is === "out") for (const each of this.waiting.splice(0)) each.reject(new SignedOut());
    this.become(access);
  }

  private become(access: Access): void {
    const same = access.is === this.now.is && JSON.stringify(access) === JSON.stringify(this.now);
    if (same) return;
    this.now = access;
    for (const listener of this.listeners) listener();
  }

  private stored(): string | null {
    try {
      return this.kept.getItem(KEY);
    } catch {
      return null;
    }
  }

  private store(refresh: string): void {
    try {
      this.kept.setItem(KEY, refresh);
    } catch {
      // Storage is blocked: a reload signs out.
    }
  }

  // --- other tabs ---

  private found: ((refresh: string | null) => void) | null = null;

  private askTabs(): Promise<string | null> {
    if (this.tabs === null) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.found?.(null), TABS_WITHIN);
      this.found = (refresh) => {
        clearTimeout(timer);
        this.found = null;
        resolve(refresh);
      };
      this.say({ ask: true });
    });
  }

  private say(word: Word): void {
    this.tabs?.postMessage(word);
  }

  private heard(word: Word): void {
    if ("ask" in word) {
      if (this.now.is === "in" && this.tokens?.refresh) this.say({ refresh: this.tokens.refresh });
    } else if ("refresh" in word) this.found?.(word.refresh);
    else if ("out" in word && this.now.is !== "unknown") this.forget({ is: "out" });
  }
}

/** The agent a token is about: tells two persons apart. */
export function agentOf(access: string): string {
  const { username, sub } = claimsOf(access);
  return String(username ?? sub ?? "");
}
