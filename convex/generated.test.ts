/// <reference types="vite/client" />
import { expect, test } from "vitest";
import { modules } from "./test.setup";

const generated = import.meta.glob<string>("./_generated/api.d.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

test("the committed _generated names exactly the modules of this folder", () => {
  const text = Object.values(generated).join();
  const named = [...text.matchAll(/from "\.\.\/(.+)\.js"/g)].map(([, name]) => name);
  // The schema is known to Convex by itself, and generated code does not name itself.
  const present = Object.keys(modules)
    .filter((path) => !path.includes("_generated") && path !== "./schema.ts")
    .map((path) => path.replace(/^\.\/|\.ts$/g, ""));

  expect(named.sort()).toEqual(present.sort());
});
