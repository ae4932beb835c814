import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { api } from "./apps/basic/convex/_generated/api.js";
import { deploy, launch, makeFolder, start, stop, type App, type Deployment } from "./deployment.js";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: Awaited<ReturnType<typeof makeFolder>>;
const running: Deployment[] = [];

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((deployment) => stop(deployment, "SIGKILL")));
  await folder.remove();
});

async function started(...args: string[]): Promise<Deployment> {
  const deployment = await start(folder.path, ...args);
  running.push(deployment);
  return deployment;
}

test("--json prints one line with everything that a client needs; the keys stay in a private file", async () => {
  const { url, siteUrl, adminKey, apiKey, dataDir, pid, process } = await started();
  expect([url, siteUrl]).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  ]);
  expect({ dataDir, pid }).toEqual({ dataDir: folder.path, pid: process.pid });
  const keys = join(folder.path, "keys.json");
  expect(JSON.parse(await readFile(keys, "utf8"))).toEqual({ adminKey, apiKey });
  expect((await stat(keys)).mode & 0o777).toBe(0o600);
});

test("without --json the text tells where it runs and no key", async () => {
  const child = launch(["--port", "0", "--site-port", "0", "--data", folder.path]);
  const [text] = (await once(child.stdout!, "data")) as [Buffer];
  expect(text.toString()).toMatch(/A Convex deployment is running at http:\/\/127\.0\.0\.1:\d+/);
  const { adminKey, apiKey } = JSON.parse(await readFile(join(folder.path, "keys.json"), "utf8")) as {
    adminKey: string;
    apiKey: string;
  };
  expect(text.toString()).not.toContain(apiKey);
  expect(text.toString()).not.toContain(adminKey);
  child.kill("SIGTERM");
  await once(child, "exit");
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends it with 0, also while sockets are open and silent",
  async (signal) => {
    const deployment = await started();
    const socket = new WebSocket(`${deployment.url.replace("http", "ws")}/api/sync`);
    await once(socket, "open");
    const idle: Socket = connect(Number(new URL(deployment.url).port), "127.0.0.1");
    idle.on("error", () => undefined);
    await once(idle, "connect");
    expect(await stop(deployment, signal)).toBe(0);
    expect(deployment.errors()).toBe("");
    idle.destroy();
  },
);

test("a call that is under way when it is told to stop is still answered", async () => {
  const deployment = await started();
  await deploy(deployment, "basic");
  const client = new ConvexHttpClient(deployment.url, { logger: false });
  const answer = client.action(api.messages.shoutSlowly, { author: "slow", body: "done", delayMs: 300 });
  await vi.waitFor(async () =>
    expect(await client.query(api.messages.list, { author: "slow" })).toEqual(["started"]),
  );
  const stopped = stop(deployment);
  expect(await answer).toBe("DONE");
  expect(await stopped).toBe(0);
});

test("a second start on the same folder is refused with the reason, and works after the first ended", async () => {
  const first = await started();
  const second = launch(["--port", "0", "--site-port", "0", "--data", folder.path, "--json"]);
  const errors: string[] = [];
  second.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const [code] = (await once(second, "close")) as [number];
  expect(code).toBe(1);
  expect(errors.join("")).toContain(
    `${folder.path} is in use by a running deployment (process ${first.pid})`,
  );
  await stop(first);
  expect((await started()).adminKey).toBe(first.adminKey);
});

test("a port that is taken is named, with what to do", async () => {
  const { port } = new URL((await started()).url);
  const other = await makeFolder();
  const child = launch(["--port", port, "--site-port", "0", "--data", other.path]);
  const [text] = (await once(child.stderr!, "data")) as [Buffer];
  expect(text.toString()).toMatch(new RegExp(`EADDRINUSE.*${port}.*Choose another with --port`));
  await other.remove();
});

test("only loopback is listened on", async () => {
  const { url } = await started();
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address !== undefined && !address.internal && address.family === "IPv4");
  for (const address of outside) {
    const socket = connect(Number(new URL(url).port), address?.address);
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
  }
});

async function record(app: App, data: string): Promise<string> {
  const recording = join(folder.path, `${app}.push`);
  const recorder = await start(join(folder.path, data), "--record-push", recording);
  await deploy(recorder, app);
  await stop(recorder);
  expect((await readFile(recording)).includes(recorder.adminKey)).toBe(false);
  return recording;
}

/** Starts with a recorded push, asks, and stops. */
async function withPush<T>(
  recording: string,
  ask: (client: ConvexHttpClient, deployment: Deployment) => Promise<T>,
): Promise<T> {
  const deployment = await start(join(folder.path, "data"), "--push", recording);
  running.push(deployment);
  const answer = await ask(new ConvexHttpClient(deployment.url, { logger: false }), deployment);
  await stop(deployment);
  return answer;
}

const visits = ref<"query">("visits:visits");

test("a recorded push gives a folder its code, a newer one replaces it, and code that people pushed stays", async () => {
  const older = await record("basic", "one");
  const newer = await record("components", "two");
  const messages = (client: ConvexHttpClient) => client.query(api.messages.list, { author: "a" });

  await withPush(older, (client) => client.mutation(api.messages.send, { author: "a", body: "kept" }));
  expect(await withPush(older, messages)).toEqual(["kept"]);
  expect(await withPush(newer, (client) => client.query(visits, { page: "a" }))).toBe(0);
  await withPush(newer, (_client, deployment) => deploy(deployment, "basic"));
  expect(await withPush(newer, messages)).toEqual(["kept"]);
});

test("a file that is no recorded push is refused by name", async () => {
  const file = join(folder.path, "not-a.push");
  await writeFile(file, "hello");
  await expect(start(join(folder.path, "data"), "--push", file)).rejects.toThrow(/not-a\.push/);
});
