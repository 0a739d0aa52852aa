/** The user pool's calls that sign a person in. None of them needs a key.
 *
 * Source: Amazon Cognito user pools API reference (InitiateAuth, RespondToAuthChallenge, ForgotPassword,
 * ConfirmForgotPassword, RevokeToken). */

export interface Tokens {
  access: string;
  /** Null where only the access token was made anew. */
  refresh: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Who it is, as the pool knows them; null where it does not say. */
  name: string | null;
}

/** What the pool asks for before it gives tokens. */
export interface Challenge {
  kind: "NEW_PASSWORD_REQUIRED" | "SOFTWARE_TOKEN_MFA";
  username: string;
  /** Goes back with the answer. */
  state: string;
}

export type Outcome = { tokens: Tokens } | { challenge: Challenge };

/** The pool's "no". `code` is its word, as in NotAuthorizedException. */
export class SignInRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The pool could not be reached, or did not answer as it should. */
export class SignInUnreachable extends Error {}

const TARGET = "AWSCognitoIdentityProviderService";
const CHALLENGES = ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"];
const ANSWERS = { NEW_PASSWORD_REQUIRED: "NEW_PASSWORD", SOFTWARE_TOKEN_MFA: "SOFTWARE_TOKEN_MFA_CODE" } as const;

interface Authenticated {
  AuthenticationResult?: { AccessToken: string; IdToken?: string; RefreshToken?: string; ExpiresIn: number };
  ChallengeName?: string;
  Session?: string;
  ChallengeParameters?: Record<string, string>;
}

export class Cognito {
  constructor(
    private readonly url: string,
    private readonly clientId: string,
    private readonly get: typeof fetch = (...request) => fetch(...request),
    private readonly now: () => number = Date.now,
  ) {}

  async signIn(email: string, password: string): Promise<Outcome> {
    const AuthParameters = { USERNAME: email, PASSWORD: password };
    return this.outcome(await this.call("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }), email);
  }

  async answer({ kind, username, state }: Challenge, answer: string): Promise<Outcome> {
    const ChallengeResponses = { USERNAME: username, [ANSWERS[kind]]: answer };
    const told = await this.call("RespondToAuthChallenge", { ChallengeName: kind, Session: state, ChallengeResponses });
    return this.outcome(told, username);
  }

  async refresh(refresh: string): Promise<Tokens> {
    const AuthParameters = { REFRESH_TOKEN: refresh };
    const outcome = this.outcome(await this.call("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters }), "");
    if ("challenge" in outcome) throw new SignInRefused(outcome.challenge.kind);
    return outcome.tokens;
  }

  /** A code is mailed; the pool does not tell whether there is such an account. */
  async forgot(email: string): Promise<void> {
    await this.call("ForgotPassword", { Username: email });
  }

  async reset(email: string, code: string, password: string): Promise<void> {
    await this.call("ConfirmForgotPassword", { Username: email, ConfirmationCode: code, Password: password });
  }

  async revoke(refresh: string): Promise<void> {
    await this.call("RevokeToken", { Token: refresh });
  }

  private outcome(told: Authenticated, typed: string): Outcome {
    if (told.AuthenticationResult !== undefined) {
      const { AccessToken, IdToken, RefreshToken, ExpiresIn } = told.AuthenticationResult;
      const { name, email } = claimsOf(IdToken ?? "");
      return { tokens: { access: AccessToken, refresh: RefreshToken ?? null, expiresAt: this.now() + ExpiresIn * 1000, name: textOf(name) ?? textOf(email) } };
    }
    const kind = told.ChallengeName ?? "";
    if (!CHALLENGES.includes(kind)) throw new SignInRefused(kind || "UnknownChallenge");
    const username = told.ChallengeParameters?.["USER_ID_FOR_SRP"] ?? typed;
    return { challenge: { kind: kind as Challenge["kind"], username, state: told.Session ?? "" } };
  }

  private async call(action: string, body: object): Promise<Authenticated> {
    let answer: Response;
    try {
      answer = await this.get(`${this.url.replace(/\/$/, "")}/`, {
        method: "POST",
        headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `${TARGET}.${action}` },
        body: JSON.stringify({ ClientId: this.clientId, ...body }),
        credentials: "omit",
      });
    } catch (fault) {
      throw new SignInUnreachable(String(fault));
    }
    const told = (await answer.json().catch(() => ({}))) as Authenticated & { __type?: string };
    if (answer.ok) return told;
    const code = told.__type?.split("#").at(-1);
    if (answer.status >= 500 || code === undefined) throw new SignInUnreachable(`${answer.status}`);
    throw new SignInRefused(code);
  }
}

const textOf = (claim: unknown): string | null => (typeof claim === "string" && claim !== "" ? claim : null);

/** What a token says. The API verifies it; here it only tells who it is about. */
export function claimsOf(token: string): Record<string, unknown> {
  const base64 = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  if (base64 === "") return {};
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}
