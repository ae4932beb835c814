/** Builds what `npm pack` takes: one module, its style sheet, and one file with all types. */
import { copyFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entry = here("src/index.ts");
const dist = here("dist");

/** What an app brings itself. Types of convex/ are taken in, so that the package stands alone. */
const external = [/^react($|\/)/, /^convex($|\/)/];

await build({
  configFile: false,
  root: here("."),
  logLevel: "warn",
  plugins: [react()],
  build: {
    outDir: dist,
    emptyOutDir: true,
    target: ["chrome123", "firefox120", "safari17.5"],
    // An app's own build does that, and its people may want to read what they debug.
    minify: false,
    lib: { entry, formats: ["es"], fileName: "index", cssFileName: "style" },
    // A busy machine is no news.
    rolldownOptions: { external, checks: { pluginTimings: false } },
  },
});

const types = await rolldown({
  input: entry,
  external: [...external, /\.css$/],
  plugins: [dts({ tsconfig: here("../tsconfig.json"), emitDtsOnly: true })],
});
await types.write({ dir: dist, format: "es" });
await copyFile(here("../../LICENSE"), `${dist}/LICENSE`);
