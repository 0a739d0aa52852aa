/** The agents' API, with types from its OpenAPI document. */

import createClient, { type Client } from "openapi-fetch";
import type { Keeper } from "../access/keeper";
import { problemOf, Unreachable } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Api = Client<paths>;

/** Adds the token; a refused one is renewed once, and the request goes again as it was. */
export function authorised(keeper: Pick<Keeper, "token" | "instead">, get: typeof fetch = (...request) => fetch(...request)) {
  const send = async (request: Request, token: string): Promise<Response> => {
    request.headers.set("Authorization", `Bearer ${token}`);
    try {
      return await get(request);
    } catch (fault) {
      if (request.signal.aborted) throw fault;
      throw new Unreachable(String(fault));
    }
  };
  return async (request: Request): Promise<Response> => {
    const spare = request.clone();
    const token = await keeper.token();
    const answer = await send(request, token);
    return answer.status === 401 ? send(spare, await keeper.instead(token)) : answer;
  };
}

export function apiAt(url: string, keeper: Keeper): Api {
  return createClient<paths>({ baseUrl: url, fetch: authorised(keeper), credentials: "omit" });
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's body. Throws Problem for a refusal, Unreachable where there was no answer. */
export async function told<T>(answer: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}
