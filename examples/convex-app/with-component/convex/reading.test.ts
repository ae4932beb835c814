/// <reference types="vite/client" />
import { convexTest } from "convex-test";
import { register } from "jobsync-convex/test";
import { afterEach, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import schema from "./schema";

const modules = import.meta.glob(["./**/*.{ts,js}", "!./**/*.test.ts", "!./**/*.d.ts"]);

afterEach(() => {
  vi.unstubAllEnvs();
});

test("people follow the counting of their own words, and nobody else's", async () => {
  vi.stubEnv("JOBSYNC_API_KEY", "a-key-of-the-tests-with-32-characters");
  const t = convexTest({ schema, modules });
  register(t);
  const ada = await t.mutation(api.users.signUp, { name: "Ada" });
  const bob = await t.mutation(api.users.signUp, { name: "Bob" });
  const document = await t.mutation(api.documents.add, {
    key: ada,
    title: "Notes",
    pages: ["one two", "three"],
  });
  const { jobId, result } = await t.action(api.reading.countWords, { key: ada, document });

  expect(result).toEqual({ words: 3 });
  const [mine, theirs] = await Promise.all(
    [ada, bob].map((key) => t.mutation(api.reading.jobToken, { key })),
  );
  expect(await t.query(api.jobsync.jobs.getByJobId, { token: mine, jobId })).toMatchObject({ name: "Notes" });
  await expect(t.query(api.jobsync.jobs.getByJobId, { token: theirs, jobId })).rejects.toThrow("forbidden");
});
