import { createRoot } from "react-dom/client";
import { Cognito } from "./access/cognito";
import { Keeper } from "./access/keeper";
import { apiAt } from "./api/client";
import { App } from "./app/App";
import { apply, read } from "./app/preferences";
import { loadConfig } from "./config";
import { catalogueOf } from "./i18n/catalogues";
import "./styles/base.css";

async function begin(root: HTMLElement): Promise<void> {
  const preferences = read();
  apply(preferences);
  const texts = await catalogueOf(preferences.language);
  try {
    const config = await loadConfig();
    const pool = new Cognito(config.sign_in.url, config.sign_in.client_id);
    const keeper = new Keeper(pool, sessionStorage, new BroadcastChannel("parley.access"));
    const api = apiAt(config.api_url, keeper);
    createRoot(root).render(<App base={{ config, pool, keeper, api }} texts={texts} />);
    await keeper.resume();
  } catch (fault) {
    root.textContent = `${texts._("state.no_config")} ${String(fault)}`;
  }
}

const root = document.getElementById("root");
if (root !== null) void begin(root);
