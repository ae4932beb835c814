import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { appendFile, readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { api } from "./apps/basic/convex/_generated/api.js";
import { convex, appFolder, deploy, makeFolder, start, stop, type Deployment } from "./deployment.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const WRITERS = 4;
const KILLS = 3;
/** Acknowledged writes of all writers between one kill and the next. */
const WRITES_BETWEEN_KILLS = 100;

let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(folder.path);
  await deploy(deployment, "basic");
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

async function restart(): Promise<void> {
  const { port } = new URL(deployment.url);
  deployment = await start(folder.path, "--port", port);
}

/** One client that writes one message after the other; its unacknowledged mutations are sent again by itself. */
class Writer {
  readonly acknowledged = new Map<string, string>();
  private readonly client = new ConvexClient(deployment.url, {
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    logger: false,
    unsavedChangesWarning: false,
  });
  private writing = true;
  private readonly done: Promise<void>;

  constructor(
    readonly name: string,
    private readonly onWrite: () => void,
  ) {
    this.done = this.run();
  }

  async stop(): Promise<void> {
    this.writing = false;
    await this.done;
    await this.client.close();
  }

  private async run(): Promise<void> {
    while (this.writing) {
      const body = randomUUID();
      const id = await this.client.mutation(api.messages.send, { author: this.name, body });
      this.acknowledged.set(body, id);
      this.onWrite();
    }
  }
}

async function storedMessages(): Promise<{ _id: string; body: string }[]> {
  const args = ["data", "messages", "--format", "json", "--limit", "100000"];
  const { stdout } = await convex(deployment, appFolder("basic"), ...args);
  return JSON.parse(stdout) as { _id: string; body: string }[];
}

test("nothing acknowledged is lost and nothing is applied twice when it is killed under four writers", async () => {
  let writes = 0;
  let wake = (): void => undefined;
  const count = () => {
    writes += 1;
    wake();
  };
  const reach = async (total: number) => {
    while (writes < total) await new Promise<void>((resolve) => (wake = resolve));
  };
  const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(`writer-${i}`, count));
  for (let kill = 1; kill <= KILLS; kill++) {
    await reach(kill * WRITES_BETWEEN_KILLS);
    await stop(deployment, "SIGKILL");
    await restart();
  }
  await reach((KILLS + 1) * WRITES_BETWEEN_KILLS);
  await Promise.all(writers.map((writer) => writer.stop()));

  const stored = new Map((await storedMessages()).map(({ _id, body }) => [body, _id]));
  const acknowledged = writers.flatMap((writer) => [...writer.acknowledged]);
  for (const [body, id] of acknowledged) expect(stored.get(body)).toBe(id);
  expect(stored.size).toBe(acknowledged.length);
  expect((await storedMessages()).length).toBe(acknowledged.length);
});

test("a line that a crash cut short is dropped, and what is written after it stays", async () => {
  const client = new ConvexHttpClient(deployment.url, { logger: false });
  await client.mutation(api.messages.send, { author: "torn", body: "before" });
  await stop(deployment, "SIGKILL");
  const journals = (await readdir(folder.path)).filter((name) => name.startsWith("journal"));
  expect(journals).toHaveLength(1);
  await appendFile(join(folder.path, journals[0] ?? ""), '{"ts":"17');
  await restart();
  await client.mutation(api.messages.send, { author: "torn", body: "after" });
  await stop(deployment, "SIGKILL");
  await restart();
  await vi.waitFor(async () =>
    expect(await client.query(api.messages.list, { author: "torn" })).toEqual(["before", "after"]),
  );
});

test("an upload that the kill cuts leaves neither row nor file", async () => {
  const client = new ConvexHttpClient(deployment.url, { logger: false });
  const url = await client.mutation(api.files.uploadUrl, {});
  const upload = request(url, { method: "POST", headers: { "content-length": 1_000_000 } });
  const failed = once(upload, "error");
  await new Promise<void>((resolve) => upload.write(Buffer.alloc(500_000), () => resolve()));
  await stop(deployment, "SIGKILL");
  await failed;
  await restart();
  expect(await client.query(api.files.stored, {})).toEqual([]);
  const files = (await readdir(folder.path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\/(files|tmp)$/.test(entry.parentPath))
    .map((entry) => entry.name);
  expect(files).toEqual([]);
});

test("a function that was scheduled before the kill runs once after it", async () => {
  const client = new ConvexHttpClient(deployment.url, { logger: false });
  const late = { author: "late", body: "scheduled", delayMs: 300 };
  await client.mutation(api.messages.sendLater, late);
  await stop(deployment, "SIGKILL");
  await restart();
  const sent = () => client.query(api.messages.list, { author: "late" });
  await vi.waitFor(async () => expect(await sent()).toEqual(["scheduled"]), 5000);
  // Whatever is due by now has run when something that was scheduled after it has.
  await client.mutation(api.messages.sendLater, { author: "later", body: "next" });
  await vi.waitFor(async () =>
    expect(await client.query(api.messages.list, { author: "later" })).toEqual(["next"]),
  );
  expect(await sent()).toEqual(["scheduled"]);
});
