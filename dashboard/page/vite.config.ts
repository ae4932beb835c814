import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  // Relative, so that the page may be served under any path.
  base: "./",
  resolve: { alias: { "jobsync-react": here("../react/src/index.ts") } },
  plugins: [react()],
  build: {
    outDir: here("../../src/jobsync/_embedded/dashboard"),
    emptyOutDir: true,
    // The first versions with light-dark() and container queries; older ones would get both wrong.
    target: ["chrome123", "firefox120", "safari17.5"],
    // A strict content security policy forbids data: URLs in style sheets.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // A busy machine is no news.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
