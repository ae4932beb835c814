/// <reference types="vite/client" />
import { convexTest } from "convex-test";
import { expect, test } from "vitest";
import { api } from "./_generated/api";
import schema from "./schema";

const modules = import.meta.glob(["./**/*.{ts,js}", "!./**/*.test.ts", "!./**/*.d.ts"]);

test("people see their own documents, and only these", async () => {
  const t = convexTest({ schema, modules });
  const ada = await t.mutation(api.users.signUp, { name: "Ada" });
  const bob = await t.mutation(api.users.signUp, { name: "Bob" });
  await t.mutation(api.documents.add, { key: ada, title: "Notes", pages: ["one", "two"] });

  expect(await t.query(api.documents.mine, { key: ada })).toEqual([{ title: "Notes", pages: 2 }]);
  expect(await t.query(api.documents.mine, { key: bob })).toEqual([]);
});

test("strangers add nothing", async () => {
  const t = convexTest({ schema, modules });

  await expect(t.mutation(api.documents.add, { key: "?", title: "Notes", pages: [] })).rejects.toThrow(
    "Sign in first",
  );
});

test("the app's own route answers", async () => {
  const answer = await convexTest({ schema, modules }).fetch("/api/health", { method: "GET" });

  expect(await answer.text()).toBe("all is well");
});
