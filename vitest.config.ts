import { defineConfig } from "vitest/config";

// How long a test may hang before it is given up, on a machine that is busy with others; nothing is measured by it.
const testTimeout = 60_000;

export default defineConfig({
  test: {
    // The default leaves a core idle, of two.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "convex",
          testTimeout,
          include: ["convex/**/*.test.ts"],
          environment: "edge-runtime",
          server: { deps: { inline: ["convex-test"] } },
        },
      },
      {
        test: {
          name: "component",
          testTimeout,
          include: ["component/**/*.test.ts"],
          environment: "edge-runtime",
          server: { deps: { inline: ["convex-test"] } },
        },
      },
      {
        test: {
          name: "devserver",
          testTimeout,
          include: ["devserver/**/*.test.ts"],
          environment: "node",
          pool: "forks",
          globalSetup: "devserver/test/build-server.ts",
        },
      },
      {
        test: {
          name: "dashboard",
          testTimeout,
          hookTimeout: testTimeout,
          include: ["dashboard/**/*.test.{ts,tsx}"],
          environment: "node",
        },
      },
    ],
  },
});
