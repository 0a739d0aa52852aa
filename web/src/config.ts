/** Where the desk is: `/config.json`, written by whoever serves the page. Nothing of it is built in. */

export interface Config {
  /** The agents' API, without a slash at its end. */
  api_url: string;
  /** The user pool: its address and the page's client id there. */
  sign_in: { url: string; client_id: string };
  /** The stack's name; "local" on one's own machine. */
  stage: string;
  /** Whether customers can be played here: on a development desk, beside its simulators. */
  phones?: boolean;
}

export class NoConfig extends Error {}

/** Throws NoConfig where it cannot be had, or is none. */
export async function loadConfig(get: typeof fetch = fetch): Promise<Config> {
  let found: Partial<Config>;
  try {
    const answer = await get("/config.json", { cache: "no-store" });
    if (!answer.ok) throw new NoConfig(`config.json: ${answer.status}`);
    found = (await answer.json()) as Partial<Config>;
  } catch (fault) {
    throw fault instanceof NoConfig ? fault : new NoConfig(`config.json: ${String(fault)}`);
  }
  const { api_url, sign_in, stage, phones } = found;
  if (!isAddress(api_url) || !isAddress(sign_in?.url) || !sign_in?.client_id) throw new NoConfig("config.json is incomplete");
  return { api_url: api_url.replace(/\/$/, ""), sign_in, stage: stage ?? "", phones: phones === true };
}

const isAddress = (text: unknown): text is string => typeof text === "string" && URL.canParse(text);
