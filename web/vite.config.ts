import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { emojiWords } from "./build/emoji.ts";
import { spokenLocales } from "./build/locales.ts";
import { messageCatalogues } from "./build/messages.ts";

const LOCAL = process.env["PARLEY_WEB_URL"] ?? "http://127.0.0.1:4580";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), messageCatalogues(folder("src/locales")), spokenLocales(), emojiWords()],
  resolve: { alias: { "parley-live": folder("../clients/typescript/src/index.ts") } },
  build: {
    // All know light-dark(), :has() and container queries.
    target: ["chrome123", "edge123", "firefox125", "safari17.5"],
    // The content security policy lets nothing in that is written into another file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    fs: { allow: [".", "../clients/typescript/src"] },
    // Where the API is, as the local cloud's own server of the page tells it; and its simulators.
    proxy: { "/config.json": LOCAL, "/sim/": LOCAL },
  },
  test: { include: ["test/**/*.test.{ts,tsx}"], environment: "node", reporters: ["default"] },
});
