/// <reference types="vite/client" />
import { convexTest } from "convex-test";
import { componentsGeneric, defineSchema, makeFunctionReference } from "convex/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { API_KEY, refusedWith, tokenFor } from "../../convex/test.setup";
import schema from "../../convex/schema";
import { Jobsync, type JobsyncComponent, type Options } from "./client";
import { KINDS } from "./kinds";

const modules = {
  ...import.meta.glob(["../../convex/**/*.{ts,js}", "!../../convex/**/*.{test,setup}.ts", "!**/*.d.ts"]),
  "../../convex/own.ts": () => import("./component/own"),
};

const components = componentsGeneric() as unknown as { jobsync: JobsyncComponent };

beforeEach(() => {
  vi.stubEnv("JOBSYNC_API_KEY", API_KEY);
});

/** An app that exposes the functions of two modules. */
function app(options?: Options) {
  const jobsync = new Jobsync(components.jobsync, options);
  const t = convexTest({
    schema: defineSchema({}),
    modules: {
      "./_generated/api.js": () => Promise.resolve({}),
      "./jobsync/jobs.ts": () => Promise.resolve(jobsync.functions("jobs")),
      "./jobsync/ingest.ts": () => Promise.resolve(jobsync.functions("ingest")),
    },
  });
  t.registerComponent("jobsync", schema, modules);
  return { t, jobsync };
}

const upsert = makeFunctionReference<"mutation">("jobsync/jobs:upsert");
const getByJobId = makeFunctionReference<"query">("jobsync/jobs:getByJobId");
const list = makeFunctionReference<"query">("jobsync/jobs:list");

describe("a function that the app exposes", () => {
  test("does what it does with a token of the key", async () => {
    const { t } = app();
    const token = await tokenFor("write");
    await t.mutation(upsert, { token, record: { id: "j", status: "running" } });

    expect(await t.query(getByJobId, { token, jobId: "j" })).toMatchObject({ jobId: "j", state: "running" });
    const paginationOpts = { cursor: null, numItems: 10 };
    expect(await t.query(list, { token, paginationOpts })).toMatchObject({ page: [{ jobId: "j" }] });
  });

  test("refuses strangers, and tokens that are good for less", async () => {
    const { t } = app();

    await refusedWith("unauthenticated", t.query(getByJobId, { jobId: "j" }));
    await refusedWith(
      "forbidden",
      t.mutation(upsert, { token: await tokenFor("read"), record: { id: "j" } }),
    );
    const other = await tokenFor("write", { key: "another-key-of-at-least-32-characters" });
    await refusedWith("token_invalid", t.mutation(upsert, { token: other, record: { id: "j" } }));
  });
});

describe("an app that knows its users", () => {
  const options: Options = {
    authorize: async (ctx) => {
      const user = await ctx.auth.getUserIdentity();
      return user === null ? null : { scope: "read", owner: user.subject };
    },
  };

  test("lets them see what is theirs, without a token", async () => {
    const { t } = app(options);
    const token = await tokenFor("write");
    await t.mutation(upsert, { token, record: { id: "mine", owner: "ada" } });
    await t.mutation(upsert, { token, record: { id: "not mine", owner: "bob" } });
    const ada = t.withIdentity({ subject: "ada" });

    expect(await ada.query(getByJobId, { jobId: "mine" })).toMatchObject({ jobId: "mine" });
    await refusedWith("forbidden", ada.query(getByJobId, { jobId: "not mine" }));
    await refusedWith("forbidden", ada.mutation(upsert, { record: { id: "mine" } }));
    await refusedWith("unauthenticated", t.query(getByJobId, { jobId: "mine" }));
  });

  test("has no say about a call with a token", async () => {
    const { t } = app({ authorize: () => Promise.reject(new Error("not to be asked")) });

    expect(await t.query(getByJobId, { token: await tokenFor("read"), jobId: "none" })).toBeNull();
  });
});

test("work of the app's own is a job in the component", async () => {
  const { t, jobsync } = app();
  const { jobId, result } = await t.action(async (ctx) =>
    jobsync.trackJob(ctx, { type: "count", owner: "ada" }, async (job) => {
      await job.progress({ stage: "counting", progress: 50 });
      return { words: 3 };
    }),
  );
  const token = await jobsync.token({ scope: "read", owner: "ada" }, 60_000);

  expect(result).toEqual({ words: 3 });
  expect(await t.query(getByJobId, { token, jobId })).toMatchObject({
    state: "succeeded",
    stage: "counting",
  });
});

test("the files that `jobsync init --component` writes expose every function there is", () => {
  const written = import.meta.glob<string>("../app/convex/jobsync/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const found = Object.entries(written)
    .filter(([path]) => !path.endsWith("client.ts"))
    .map(([path, text]) => {
      const [, names] = /\{([^}]*)\} = jobsync/.exec(text)!;
      const module = /(\w+)\.ts$/.exec(path)![1]!;
      expect(text).toContain(`functions("${module}")`);
      return [module, names!.match(/\w+/g)];
    });

  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(KINDS).map(([module, names]) => [module, Object.keys(names)])),
  );
});
