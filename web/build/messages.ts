/** Message catalogues: `virtual:messages/<language>` is all areas of a language, compiled from ICU MessageFormat. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import type { Plugin } from "vite";

const PREFIX = "virtual:messages/";

export type Catalogue = Record<string, string>;

/** By area. Throws where a file is no JSON. */
export function areasOf(folder: string, language: string): Record<string, Catalogue> {
  const inside = join(folder, language);
  const names = readdirSync(inside).filter((name) => name.endsWith(".json")).sort();
  return Object.fromEntries(
    names.map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(join(inside, name), "utf8")) as Catalogue]),
  );
}

export function compiled(folder: string, language: string): string {
  const messages = Object.assign({}, ...Object.values(areasOf(folder, language))) as Catalogue;
  const entries = Object.entries(messages).map(([id, text]) => [id, compileMessage(text)]);
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(entries)))});`;
}

export function messageCatalogues(folder: string): Plugin {
  return {
    name: "parley-messages",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const language = id.slice(PREFIX.length + 1);
      for (const area of Object.keys(areasOf(folder, language))) this.addWatchFile(join(folder, language, `${area}.json`));
      return compiled(folder, language);
    },
    handleHotUpdate({ file, server }) {
      if (file.startsWith(folder)) server.ws.send({ type: "full-reload" });
    },
  };
}
