/** The chat widget: its page's program (`assets/widget-<digest>.js`), then, by `--mode loader`, the one script that sites
 * load (`widget.js`), which knows that name. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { messageCatalogues } from "./build/messages.ts";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const NOTE = ".vite/widget.json";
const PROGRAM = /^assets\/widget-([A-Za-z0-9_-]+)\.js$/;

/** For the loader's build, which comes next, and for who weighs the files. */
function noteProgram(): Plugin {
  return {
    name: "parley-widget-program",
    writeBundle({ dir }, bundle) {
      const file = Object.keys(bundle).find((name) => PROGRAM.test(name)) ?? "";
      const note = join(dir ?? "", NOTE);
      mkdirSync(dirname(note), { recursive: true });
      writeFileSync(note, JSON.stringify({ program: file, build: PROGRAM.exec(file)?.[1] }));
    },
  };
}

function outDir(): string {
  const at = process.argv.indexOf("--outDir");
  return at < 0 ? folder("dist") : (process.argv[at + 1] ?? folder("dist"));
}

export default defineConfig(({ mode }) => {
  const isLoader = mode === "loader";
  const build = isLoader ? (JSON.parse(readFileSync(join(outDir(), NOTE), "utf8")) as { build: string }).build : "";
  return {
    publicDir: false,
    plugins: isLoader ? [] : [messageCatalogues(folder("widget/locales")), noteProgram()],
    define: { __BUILD__: JSON.stringify(build), "process.env.NODE_ENV": '"production"' },
    resolve: { alias: { "parley-live": folder("../clients/typescript/src/index.ts") } },
    build: {
      // The loader runs on pages of others, with whatever browsers these have.
      target: isLoader ? ["chrome90", "edge90", "firefox90", "safari15"] : ["chrome123", "edge123", "firefox125", "safari17.5"],
      emptyOutDir: false,
      modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: {
        input: folder(isLoader ? "widget/loader/main.ts" : "widget/app/main.tsx"),
        output: { format: "iife" as const, entryFileNames: isLoader ? "widget.js" : "assets/widget-[hash].js" },
      },
    },
  };
});
