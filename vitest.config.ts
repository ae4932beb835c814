import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "convex",
          include: ["convex/**/*.test.ts"],
          environment: "edge-runtime",
          server: { deps: { inline: ["convex-test"] } },
        },
      },
      {
        test: {
          name: "devserver",
          include: ["devserver/**/*.test.ts"],
          environment: "node",
          pool: "forks",
          globalSetup: "devserver/test/build-server.ts",
        },
      },
    ],
  },
});
