/** The pages that `make bench` measures, built as the workspace is. */

import { fileURLToPath } from "node:url";
import { mergeConfig } from "vite";
import workspace from "./vite.config.ts";

const page = (name: string): string => fileURLToPath(new URL(`bench/${name}.html`, import.meta.url));

export default mergeConfig(workspace as Record<string, unknown>, {
  build: { rollupOptions: { input: { list: page("list"), thread: page("thread"), desk: page("desk") } } },
});
