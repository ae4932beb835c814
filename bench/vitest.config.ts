import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    dir: "bench",
    include: ["convex_cost.ts"],
    server: { deps: { inline: ["convex-test"] } },
    reporters: [["default", { summary: false }]],
    disableConsoleIntercept: true,
    testTimeout: 600_000,
  },
});
