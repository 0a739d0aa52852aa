import { fileURLToPath } from "node:url";
import { mergeConfig } from "vite";
import usual from "../vite.config.ts";

export default mergeConfig(usual, {
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  publicDir: false,
  build: { rollupOptions: { input: fileURLToPath(new URL("thread.html", import.meta.url)) } },
});
