import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // A busy machine is no news.
  build: { rolldownOptions: { checks: { pluginTimings: false } } },
});
