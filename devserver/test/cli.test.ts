import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { api } from "./apps/basic/convex/_generated/api.js";
import {
  convex,
  copyApp,
  follow,
  makeFolder,
  start,
  stop,
  type CliResult,
  type Deployment,
} from "./deployment.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let basic: string;
let client: ConvexHttpClient;

const run = async (...args: string[]): Promise<CliResult> => convex(deployment, basic, ...args);

/** What a command printed, once it succeeded. */
async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(join(folder.path, "data"));
  basic = await copyApp("basic", folder.path);
  client = new ConvexHttpClient(deployment.url, { logger: false });
  await output("deploy", "-y", "--typecheck", "disable");
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

describe("pushing code", () => {
  test("codegen changes nothing in the deployment and generates the types of the app", async () => {
    await rm(join(basic, "convex/_generated"), { recursive: true });
    await output("codegen", "--typecheck", "disable");
    const types = await readFile(join(basic, "convex/_generated/api.d.ts"), "utf8");
    expect(types).toContain('import type * as messages from "../messages.js"');
  });

  test("deploy --dry-run applies nothing", async () => {
    const file = join(basic, "convex/added.ts");
    await writeFile(
      file,
      'import { query } from "./_generated/server";\nexport const one = query(() => 1);\n',
    );
    try {
      await output("deploy", "-y", "--dry-run", "--typecheck", "disable");
      expect((await run("run", "added:one")).stderr).toContain("Could not find function");
      await output("dev", "--once", "--typecheck", "disable", "--tail-logs", "disable");
      expect(await output("run", "added:one")).toBe("1");
    } finally {
      await rm(file);
    }
  });

  test("code that does not load is refused with its error, and the old code stays", async () => {
    const file = join(basic, "convex/broken.ts");
    await writeFile(file, 'export const one = 1;\nthrow new Error("broken at import");\n');
    try {
      const { code, stderr } = await run("deploy", "-y", "--typecheck", "disable", "--codegen", "disable");
      expect(code).not.toBe(0);
      expect(stderr).toContain("broken at import");
      expect(await output("run", "messages:count")).toMatch(/^\d+$/);
    } finally {
      await rm(file);
    }
  });

  test("a schema that stored documents break is refused, names the table, and nothing is applied", async () => {
    await client.mutation(api.messages.send, { author: "schema", body: "x" });
    const file = join(basic, "convex/schema.ts");
    const schema = await readFile(file, "utf8");
    await writeFile(file, schema.replace("body: v.string()", "body: v.number()"));
    try {
      const { code, stderr } = await run("deploy", "-y", "--typecheck", "disable", "--codegen", "disable");
      expect(code).not.toBe(0);
      expect(stderr).toContain("Schema validation failed");
      expect(stderr).toContain("messages");
      await client.mutation(api.messages.send, { author: "schema", body: "still text" });
    } finally {
      await writeFile(file, schema);
    }
  });
});

describe("running functions", () => {
  test("run calls public and internal functions of every kind and prints what they return", async () => {
    const args = JSON.stringify({ author: "cli", body: "x" });
    await output("run", "messages:send", args);
    expect(await output("run", "messages:shout", args)).toBe('"X"');
    expect(JSON.parse(await output("run", "messages:list", '{"author": "cli"}'))).toEqual(["x", "X"]);
    expect(Number(await output("run", "messages:count"))).toBeGreaterThanOrEqual(2);
  });

  test("run fails with the function's error, and lists what there is for an unknown name", async () => {
    const failed = await run("run", "messages:refuse", '{"author": "cli"}');
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toContain("refused");
    const unknown = await run("run", "messages:nothing");
    expect(unknown.stderr).toContain("messages:send");
  });

  test("function-spec lists functions and routes", async () => {
    const spec = JSON.parse(await output("function-spec")) as { url: string; functions: object[] };
    expect(spec.url).toBe(deployment.url);
    expect(spec.functions).toContainEqual(
      expect.objectContaining({ identifier: "messages.js:list", functionType: "Query" }),
    );
    expect(spec.functions).toContainEqual({ functionType: "HttpAction", method: "POST", path: "/echo" });
  });
});

describe("environment variables", () => {
  test("set, get, list and remove; functions see the value, and the API key is there from the start", async () => {
    await output("env", "set", "COLOUR", "dark red");
    expect(await output("env", "get", "COLOUR")).toBe("dark red");
    const list = await output("env", "list");
    expect(list).toContain("COLOUR=");
    expect(list).toContain(`JOBSYNC_API_KEY=${deployment.apiKey}`);
    expect(await client.query(api.messages.environment, { name: "COLOUR" })).toBe("dark red");
    await output("env", "remove", "COLOUR");
    expect(await client.query(api.messages.environment, { name: "COLOUR" })).toBeNull();
  });

  test("a bad name is refused with what is wrong", async () => {
    const { code, stderr } = await run("env", "set", "1BAD", "x");
    expect(code).not.toBe(0);
    expect(stderr).toContain("must be letters");
  });
});

describe("data", () => {
  test("lists the tables, and the rows of one in both orders and with a limit", async () => {
    for (const body of ["first", "second", "third"]) {
      await client.mutation(api.messages.send, { author: "data", body });
    }
    expect((await output("data")).split("\n")).toEqual(expect.arrayContaining(["messages"]));
    const rows = async (...args: string[]) =>
      (await output("data", "messages", "--format", "jsonl", ...args)).split("\n");
    expect((await rows("--limit", "2")).map((row) => /"body": "(\w+)"/.exec(row)?.[1])).toEqual([
      "third",
      "second",
    ]);
    const all = await rows("--order", "asc", "--limit", "1000");
    expect(all.at(-1)).toContain("third");
  });
});

describe("following", () => {
  test("logs prints the log lines of functions as they run", async () => {
    const logs = follow(deployment, basic, "logs", "--jsonl");
    // The first poll of the CLI only finds the end of the log; what comes after it is printed.
    await logs.until(/Watching logs/);
    for (let i = 0; !logs.output().includes("look at me"); i++) {
      await client.mutation(api.messages.send, { author: "logs", body: `look at me ${i}` });
    }
    logs.stop();
  });

  test("run --watch prints each new answer of a query", async () => {
    const watch = follow(deployment, basic, "run", "--watch", "messages:list", '{"author": "watched"}');
    await watch.until(/\[\]/);
    await client.mutation(api.messages.send, { author: "watched", body: "seen" });
    await watch.until(/"seen"/);
    watch.stop();
  });

  test("the log can be polled from where one was, and waits for news", async () => {
    await client.mutation(api.messages.send, { author: "poll", body: "first" });
    const { entries, newCursor } = await pollLogs(0);
    expect(entries.at(-1)).toMatchObject({ udfType: "Mutation", logLines: ["[LOG] 'sending' 'first'"] });
    const next = pollLogs(newCursor);
    await client.mutation(api.messages.send, { author: "poll", body: "second" });
    expect((await next).entries).toMatchObject([{ logLines: ["[LOG] 'sending' 'second'"] }]);
  });
});

async function pollLogs(cursor: number): Promise<{ entries: object[]; newCursor: number }> {
  const response = await fetch(`${deployment.url}/api/stream_function_logs?cursor=${cursor}`, {
    headers: { authorization: `Convex ${deployment.adminKey}` },
  });
  return (await response.json()) as { entries: object[]; newCursor: number };
}

describe("an app with a component", () => {
  test("is deployed with the types of the component, and its functions run", async () => {
    const app = await copyApp("components", folder.path);
    await mkdir(join(folder.path, "components-data"));
    const own = await start(join(folder.path, "components-data"));
    try {
      const command = async (...args: string[]) => {
        const { code, stdout, stderr } = await convex(own, app, ...args);
        expect(code, stderr).toBe(0);
        return stdout.trim();
      };
      await command("deploy", "-y", "--typecheck", "disable");
      const types = await readFile(join(app, "convex/counters/_generated/component.ts"), "utf8");
      expect(types).toMatch(/add: FunctionReference<\s*"mutation"/);
      await command("run", "visits:visit", '{"page": "a"}');
      await command("run", "visits:visit", '{"page": "a"}');
      expect(await command("run", "visits:visits", '{"page": "a"}')).toBe("2");
      const direct = ["run", "--component", "counters", "counter:read", '{"name": "a"}'];
      expect(await command(...direct)).toBe("2");
      expect(await command("data", "counters", "--component", "counters", "--format", "jsonl")).toContain(
        '"name": "a"',
      );
    } finally {
      await stop(own);
    }
  });
});
