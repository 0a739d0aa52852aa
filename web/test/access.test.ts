import { describe, expect, it } from "vitest";
import { Cognito, SignInRefused, SignInUnreachable, type Tokens } from "../src/access/cognito";
import { agentOf, Keeper, SignedOut, type Kept, type Tabs } from "../src/access/keeper";
import { authorised } from "../src/api/client";
import { Unreachable } from "../src/api/problem";

const HOUR = 3_600_000;

/** What a token says, as it is written into one. */
const said = (claims: object): string => `head.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sign`;

/** A token of this agent; `n` tells two of them apart. */
const token = (agent: string, n = 1): string => said({ username: agent, n });

class Storage implements Kept {
  readonly held = new Map<string, string>();
  getItem = (key: string) => this.held.get(key) ?? null;
  setItem = (key: string, value: string) => void this.held.set(key, value);
  removeItem = (key: string) => void this.held.delete(key);
}

class Pool {
  refreshed = 0;
  revoked: string[] = [];
  next: () => Promise<Tokens> = async () => ({ access: token("agt_1", ++this.refreshed), refresh: null, expiresAt: this.at + HOUR, name: "Ada" });
  at = 0;
  refresh = () => this.next();
  revoke = async (refresh: string) => void this.revoked.push(refresh);
}

function world(refresh: string | null = "r1", tabs: Tabs | null = null) {
  const [pool, storage] = [new Pool(), new Storage()];
  if (refresh !== null) storage.setItem("parley.refresh", refresh);
  const keeper = new Keeper(pool, storage, tabs, () => pool.at);
  return { pool, storage, keeper };
}

const refuses = () => Promise.reject(new SignInRefused("NotAuthorizedException"));
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("the keeper of tokens", () => {
  it("goes on after a reload", async () => {
    const { keeper } = world();
    await keeper.resume();
    expect(keeper.access()).toEqual({ is: "in", agentId: "agt_1" });
    expect(await keeper.token()).toBe(token("agt_1", 1));
  });

  it("asks to sign in where nothing is kept, and keeps what may be good later", async () => {
    const { keeper } = world(null);
    await keeper.resume();
    expect(keeper.access()).toEqual({ is: "out" });
    const down = world();
    down.pool.next = () => Promise.reject(new SignInUnreachable("down"));
    await down.keeper.resume();
    expect(down.storage.getItem("parley.refresh")).toBe("r1");
  });

  it("renews once for all who ask while a token ends", async () => {
    const { keeper, pool } = world();
    await keeper.resume();
    pool.at = HOUR - 30_000;
    const asked = await Promise.all([keeper.token(), keeper.token(), keeper.token()]);
    expect(new Set(asked)).toEqual(new Set([token("agt_1", 2)]));
    expect(pool.refreshed).toBe(2);
  });

  it("keeps the access token out of storage", async () => {
    const { keeper, storage } = world();
    await keeper.resume();
    expect([...storage.held.values()]).toEqual(["r1"]);
  });

  it("lets requests wait until the person has signed in again", async () => {
    const { keeper, pool } = world();
    await keeper.resume();
    pool.next = refuses;
    pool.at = HOUR;
    const waiting = keeper.token();
    await settled();
    expect(keeper.access()).toEqual({ is: "lapsed", agentId: "agt_1" });
    keeper.signedIn({ access: token("agt_1", 9), refresh: "r2", expiresAt: 3 * HOUR, name: null });
    expect(await waiting).toBe(token("agt_1", 9));
  });

  it("sends nothing of one person as another", async () => {
    const { keeper, pool } = world();
    await keeper.resume();
    pool.next = refuses;
    pool.at = HOUR;
    const waiting = keeper.token();
    const refused = expect(waiting).rejects.toBeInstanceOf(SignedOut);
    await settled();
    keeper.signedIn({ access: token("agt_2"), refresh: "r2", expiresAt: 3 * HOUR, name: null });
    await refused;
    expect(keeper.access()).toEqual({ is: "in", agentId: "agt_2" });
  });

  it("forgets everything at the end, also where the pool is not reached", async () => {
    const { keeper, pool, storage } = world();
    await keeper.resume();
    await keeper.signOut();
    expect([keeper.access(), storage.held.size, pool.revoked]).toEqual([{ is: "out" }, 0, ["r1"]]);
    await expect(keeper.token()).rejects.toBeInstanceOf(SignedOut);
  });

  it("signs a new tab in from an old one, and all of them out", async () => {
    const [one, other] = pair();
    const old = world("r1", one);
    await old.keeper.resume();
    const fresh = world(null, other);
    await fresh.keeper.resume();
    expect(fresh.keeper.access()).toEqual({ is: "in", agentId: "agt_1" });
    await old.keeper.signOut();
    await settled();
    expect(fresh.keeper.access()).toEqual({ is: "out" });
  });

  it("knows the agent of a token with letters beyond Latin", () => {
    expect(agentOf(token("agt_0~ÿ"))).toBe("agt_0~ÿ");
  });
});

/** Two tabs that hear each other. */
function pair(): [Tabs, Tabs] {
  const one: Tabs = { onmessage: null, postMessage: (data) => void Promise.resolve().then(() => other.onmessage?.({ data } as MessageEvent)) };
  const other: Tabs = { onmessage: null, postMessage: (data) => void Promise.resolve().then(() => one.onmessage?.({ data } as MessageEvent)) };
  return [one, other];
}

describe("requests", () => {
  const keeper = { token: async () => "old", instead: async () => "new" };

  it("go again with their body where the token was refused", async () => {
    const seen: string[] = [];
    const send = authorised(keeper, async (request) => {
      const asked = request as Request;
      seen.push(`${asked.headers.get("Authorization")} ${await asked.text()}`);
      return new Response(null, { status: seen.length === 1 ? 401 : 204 });
    });
    const answer = await send(new Request("https://api.test/x", { method: "POST", body: "typed" }));
    expect([answer.status, seen]).toEqual([204, ["Bearer old typed", "Bearer new typed"]]);
  });

  it("tell a broken line from a refusal", async () => {
    const send = authorised(keeper, () => Promise.reject(new TypeError("failed")));
    await expect(send(new Request("https://api.test/x"))).rejects.toBeInstanceOf(Unreachable);
  });
});

describe("the user pool", () => {
  const pool = (status: number, body: unknown, asked: unknown[] = []) =>
    new Cognito("https://pool.test/", "client", async (_, init) => {
      asked.push(JSON.parse(String(init?.body)));
      return new Response(JSON.stringify(body), { status });
    }, () => 1_000);

  it("gives tokens", async () => {
    const asked: unknown[] = [];
    const signed = pool(200, { AuthenticationResult: { AccessToken: "a", IdToken: said({ name: "Ada Лин" }), RefreshToken: "r", ExpiresIn: 60 } }, asked);
    expect(await signed.signIn("ada@example.com", "secret")).toEqual({ tokens: { access: "a", refresh: "r", expiresAt: 61_000, name: "Ada Лин" } });
    expect(asked).toEqual([
      { ClientId: "client", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "ada@example.com", PASSWORD: "secret" } },
    ]);
  });

  it.each([
    [{ name: "", email: "ada@example.com" }, "ada@example.com"],
    [{ email_verified: true }, null],
  ])("knows who %j is: %s", async (claims, name) => {
    const signed = pool(200, { AuthenticationResult: { AccessToken: "a", IdToken: said(claims), ExpiresIn: 60 } }, []);
    expect(await signed.signIn("ada@example.com", "secret")).toMatchObject({ tokens: { name } });
  });

  it("asks for a new password, and takes it", async () => {
    const asked: unknown[] = [];
    const first = pool(200, { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "s", ChallengeParameters: { USER_ID_FOR_SRP: "agt_1" } });
    const outcome = await first.signIn("ada@example.com", "temporary");
    if (!("challenge" in outcome)) throw new Error("no challenge");
    await pool(200, { AuthenticationResult: { AccessToken: "a", ExpiresIn: 60 } }, asked).answer(outcome.challenge, "own");
    expect(asked).toEqual([
      { ClientId: "client", ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "s", ChallengeResponses: { USERNAME: "agt_1", NEW_PASSWORD: "own" } },
    ]);
  });

  it("refuses by its own word, and is down otherwise", async () => {
    const refused = pool(400, { __type: "com.amazonaws#NotAuthorizedException" }).signIn("a", "b");
    await expect(refused).rejects.toMatchObject({ code: "NotAuthorizedException" });
    await expect(pool(500, {}).signIn("a", "b")).rejects.toBeInstanceOf(SignInUnreachable);
    await expect(pool(200, { ChallengeName: "SMS_MFA" }).signIn("a", "b")).rejects.toMatchObject({ code: "SMS_MFA" });
  });
});
