/** Message catalogues, compiled from ICU MessageFormat: `virtual:messages/<language>/<group>` is the areas of a group in a
 * language, `virtual:messages/<language>` all of them; `virtual:catalogues` fetches the groups; `virtual:ids/<area>` is the ids
 * of an area's texts, for who has to know whether there is one. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import type { Plugin } from "vite";

const PREFIX = "virtual:messages/";
const INDEX = "virtual:catalogues";
const IDS = "virtual:ids/";
/** All languages have the ids of this one. */
const MODEL = "en";

/** Areas that most visits do without: fetched with the pages that need them. All others are fetched first. */
const LATER: Record<string, RegExp> = {
  admin: /^admin/,
  managing: /^(board|metrics|reports|schedules)$/,
  customers: /^(contacts?|context)$/,
  playing: /^phones$/,
};
const FIRST = "first";

export type Catalogue = Record<string, string>;

export const groupOf = (area: string): string => Object.entries(LATER).find(([, areas]) => areas.test(area))?.[0] ?? FIRST;

/** By area. Throws where a file is no JSON. */
export function areasOf(folder: string, language: string): Record<string, Catalogue> {
  const inside = join(folder, language);
  const names = readdirSync(inside).filter((name) => name.endsWith(".json")).sort();
  return Object.fromEntries(
    names.map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(join(inside, name), "utf8")) as Catalogue]),
  );
}

export function compiled(folder: string, language: string, group?: string): string {
  const areas = Object.entries(areasOf(folder, language)).filter(([area]) => group === undefined || groupOf(area) === group);
  const messages = Object.assign({}, ...areas.map(([, texts]) => texts)) as Catalogue;
  const entries = Object.entries(messages).map(([id, text]) => [id, compileMessage(text)]);
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(entries)))});`;
}

function index(folder: string): string {
  const fetching = (language: string, group: string) => `${JSON.stringify(group)}: () => import("${PREFIX}${language}/${group}")`;
  const rows = readdirSync(folder).map(
    (language) => `${JSON.stringify(language)}: { ${[FIRST, ...Object.keys(LATER)].map((group) => fetching(language, group)).join(", ")} }`,
  );
  return `export default { ${rows.join(", ")} };`;
}

function ids(folder: string, area: string): string {
  return `export default ${JSON.stringify(Object.keys(areasOf(folder, MODEL)[area] ?? {}))};`;
}

export function messageCatalogues(folder: string): Plugin {
  return {
    name: "parley-messages",
    resolveId: (id) => (id.startsWith(PREFIX) || id.startsWith(IDS) || id === INDEX ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${INDEX}`) return index(folder);
      const watch = (language: string) => {
        for (const area of Object.keys(areasOf(folder, language))) this.addWatchFile(join(folder, language, `${area}.json`));
      };
      if (id.startsWith(`\0${IDS}`)) {
        watch(MODEL);
        return ids(folder, id.slice(IDS.length + 1));
      }
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const [language = "", group] = id.slice(PREFIX.length + 1).split("/");
      watch(language);
      return compiled(folder, language, group);
    },
    handleHotUpdate({ file, server }) {
      if (file.startsWith(folder)) server.ws.send({ type: "full-reload" });
    },
  };
}
