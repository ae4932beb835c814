/** System 4 as its owner uses it: long actions of a Convex app, then workers of a pool, and a page that follows both. */
import { randomUUID } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConvexClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { composeApp } from "../../examples/react-dialog/run/compose.js";
import { convex, makeFolder, start, stop, type Deployment } from "./deployment.js";
import { HeldModel } from "./held-model.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const accidents = join(root, "devserver/test/apps/accidents/convex");
const styles = join(root, "examples/react-dialog/convex");
let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let model: HeldModel;
let page: Page;
/** By how much the time of the deployment was moved. */
let passedMs = 0;

async function cli(...args: string[]): Promise<void> {
  const { code, stderr, stdout } = await convex(deployment, join(folder.path, "app"), ...args);
  expect(code, stderr + stdout).toBe(0);
}

beforeAll(async () => {
  folder = await makeFolder();
  model = await HeldModel.start();
  deployment = await start(join(folder.path, "data"), "--for-tests");
  await composeApp(join(folder.path, "app"));
  await cp(accidents, join(folder.path, "app/convex"), { recursive: true });
  await cli("deploy", "-y", "--typecheck", "enable");
  await cli("env", "set", "STYLE_MODEL_URL", model.url);
});

/** As a power cut would, with the page still open. */
async function killAndRestart(): Promise<void> {
  await stop(deployment, "SIGKILL");
  const { port } = new URL(deployment.url);
  const clock = ["--clock-ahead", String(passedMs)];
  deployment = await start(join(folder.path, "data"), "--for-tests", ...clock, "--port", port);
}

async function pass(minutes: number): Promise<void> {
  passedMs += minutes * 60_000;
  const moved = await fetch(`${deployment.url}/api/jobsync/clock`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Convex ${deployment.adminKey}` },
    body: JSON.stringify({ advanceMs: minutes * 60_000 }),
  });
  expect(moved.status).toBe(200);
}

afterAll(async () => {
  await stop(deployment);
  model.stop();
  await folder.remove();
});

beforeEach(async () => {
  page = await Page.open();
});

afterEach(() => page.close());

type Job = { jobId: string; state: string; message?: string; progress?: number; attempt: number } & Partial<
  Record<"result" | "error", unknown>
>;

/** The client's code, which does not know who does the work: it keeps a job's id and follows it. */
class Page {
  readonly jobId = randomUUID();
  readonly seen: Job[] = [];
  private active: string[] = [];

  private constructor(
    readonly client: ConvexClient,
    private readonly token: string,
  ) {
    const { jobId, seen } = this;
    client.onUpdate(ref<"query">("jobsync/jobs:getByJobId"), { token, jobId }, (job: Job | null) => {
      if (job !== null) seen.push(job);
    });
    const paginationOpts = { cursor: null, numItems: 100 };
    client.onUpdate(
      ref<"query">("jobsync/jobs:active"),
      { token, paginationOpts },
      ({ page }: { page: Job[] }) => {
        this.active = page.map(({ jobId }) => jobId);
      },
    );
  }

  static async open(): Promise<Page> {
    const client = new ConvexClient(deployment.url, {
      webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
      logger: false,
      unsavedChangesWarning: false,
    });
    const token = new SignJWT({ scope: "write" })
      .setAudience("jobsync")
      .setIssuedAt()
      .setExpirationTime("1h");
    const key = new TextEncoder().encode(deployment.apiKey);
    return new Page(client, await token.setProtectedHeader({ alg: "HS256" }).sign(key));
  }

  /** Waits until the page shows this of its job. */
  shows(job: object): Promise<void> {
    return vi.waitFor(() => expect(this.seen.at(-1)).toMatchObject(job), { timeout: 30_000 });
  }

  listsAsActive(isActive: boolean): Promise<void> {
    return vi.waitFor(() => expect(this.active.includes(this.jobId)).toBe(isActive), { timeout: 30_000 });
  }

  async cancel(): Promise<void> {
    await this.client.mutation(ref<"mutation">("jobsync/jobs:cancel"), {
      token: this.token,
      jobId: this.jobId,
    });
  }

  async prompts(): Promise<string[]> {
    const list = ref<"query", Record<string, never>, { prompt: string }[]>("styles:list");
    return (await this.client.query(list, {})).map(({ prompt }) => prompt);
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** What a person's click calls. */
const generate = (prompt: string): Promise<unknown> =>
  page.client.action(ref<"action">("styles:generate"), { prompt, jobId: page.jobId });
const request = (prompt: string): Promise<unknown> =>
  page.client.mutation(ref<"mutation">("styleWorkers:request"), { prompt, jobId: page.jobId });

/** How the call ends, watched from the start so that an early failure is nobody's surprise. */
const outcome = (call: Promise<unknown>): Promise<{ value?: unknown; error?: Error & { data?: unknown } }> =>
  call.then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );

describe.each([
  ["an action", generate],
  ["a worker of the pool", request],
])("while %s makes a style", (_, begin) => {
  test("the page shows a moving bar with its messages, and then links to the new style", async () => {
    const prompt = `a moon by ${begin.name}`;
    const call = outcome(begin(prompt));
    await page.shows({ state: "running", message: "Choosing colours", progress: 10 });
    await page.listsAsActive(true);
    await model.answer("palette", "#112233");
    await page.shows({ state: "running", message: "Drawing a preview", progress: 60 });
    await model.answer("preview", "moon.png");
    await page.shows({ state: "succeeded", result: { table: "styles" } });
    await page.listsAsActive(false);
    await call;

    const { id } = page.seen.at(-1)?.result as { id: string };
    expect(await page.client.query(ref<"query">("styles:get"), { id })).toMatchObject({
      prompt,
      palette: "#112233",
      preview: "moon.png",
    });
  });

  test("the page can cancel it: the work stops at its next step, and no style is made", async () => {
    const prompt = `canceled by ${begin.name}`;
    const call = outcome(begin(prompt));
    await page.shows({ state: "running", progress: 10 });
    await page.cancel();
    await page.shows({ state: "running", cancelRequestedAt: expect.any(Number) as number });
    await model.answer("palette", "#112233");
    await page.shows({ state: "canceled" });
    await page.listsAsActive(false);
    await call;

    expect(await page.prompts()).not.toContain(prompt);
  });
});

describe("an action", () => {
  test("answers its job's id and its result", async () => {
    const call = outcome(generate("a sun"));
    await model.answer("palette", "#ffee00");
    await model.answer("preview", "sun.png");

    await page.shows({ state: "succeeded" });
    expect(await call).toEqual({ value: { jobId: page.jobId, result: page.seen.at(-1)?.result } });
  });

  test("that fails shows its error on the page, and throws it at its caller", async () => {
    const call = outcome(generate("a sun"));
    await model.answer("palette", "too many suns", 500);

    const message = "the model could not make a palette: too many suns";
    await page.shows({ state: "failed", error: { message, type: "Error" } });
    expect((await call).error?.message).toContain(message);
  });

  test("that was canceled throws an error that its caller can tell from a failure", async () => {
    const call = outcome(generate("a sun"));
    await page.shows({ state: "running", progress: 10 });
    await page.cancel();
    await model.answer("palette", "#ffee00");

    expect((await call).error?.data).toMatchObject({ code: "job_canceled", jobId: page.jobId });
  });
});

describe("a worker of the pool", () => {
  test("is tried again by the pool, and its job shows the attempt", async () => {
    await request("a star");
    await page.shows({ state: "running", attempt: 1, progress: 10 });
    await model.answer("palette", "busy", 503);
    await page.shows({ state: "running", attempt: 2, progress: 10 });
    await model.answer("palette", "#ffffff");
    await model.answer("preview", "star.png");

    await page.shows({ state: "succeeded", attempt: 2 });
    expect(page.seen.at(-1)).not.toHaveProperty("error");
  });

  test("that fails each time shows the last error on the page", async () => {
    await request("a star");
    await model.answer("palette", "busy", 503);
    await model.answer("palette", "still busy", 503);

    const message = "the model could not make a palette: still busy";
    await page.shows({ state: "failed", attempt: 2, error: { message } });
  });

  test("that dies without a word ends as failed, with what the pool knows", async () => {
    await page.client.mutation(ref<"mutation">("accidents:request"), { jobId: page.jobId });

    await page.shows({ state: "failed" });
    expect(page.seen.at(-1)?.error).toMatchObject({
      message: expect.stringContaining("out of memory") as string,
    });
  });
});

describe("killed in the middle of its work,", () => {
  test("a worker is tried again by the pool, in its job's next attempt", async () => {
    await request("a meteor");
    await page.shows({ state: "running", attempt: 1, progress: 10 });
    await killAndRestart();
    await pass(6);
    await page.shows({ state: "running", attempt: 2, progress: 10, error: { reason: "lost" } });
    await model.answer("palette", "#aabbcc");
    await model.answer("preview", "meteor.png");

    await page.shows({ state: "succeeded", attempt: 2 });
  });

  test("an action is found to be lost, and then to have failed, since nothing will try it again", async () => {
    const call = outcome(generate("a comet"));
    await page.shows({ state: "running", progress: 10 });
    await killAndRestart();
    await pass(1.5);
    await page.shows({ state: "lost", progress: 10 });
    await pass(1);

    await page.shows({ state: "failed", attempt: 1, error: { reason: "lost" } });
    expect((await call).error).toBeDefined();
    expect(await page.prompts()).not.toContain("a comet");
  });
});

test("the guide shows the code of this app, apart from where it calls its model", async () => {
  const guide = await readFile(join(root, "docs/guides/convex-actions.md"), "utf8");
  const shown = [...guide.matchAll(/```ts title="convex\/(\w+\.ts)"\n(.*?)```/gs)];
  const files = shown
    .filter(([, name]) => name !== "model.ts")
    .map(([, name, code]) => [name!, code!] as const);
  const missing = files.map(async ([name, code]) => {
    const source = await readFile(join(styles, name), "utf8");
    const parts = code.trim().split("\n\n");
    return parts.filter((part) => !part.startsWith("import") && !source.includes(part));
  });

  expect(files.length).toBeGreaterThan(2);
  expect((await Promise.all(missing)).flat()).toEqual([]);
});
