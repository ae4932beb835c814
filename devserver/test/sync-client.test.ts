import { once } from "node:events";
import { ConvexClient } from "convex/browser";
import { ConvexError } from "convex/values";
import { makeFunctionReference as ref } from "convex/server";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { api } from "./apps/basic/convex/_generated/api.js";
import { deploy, makeFolder, start, stop, type Deployment } from "./deployment.js";

vi.setConfig({ testTimeout: 20_000 });

let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;
const clients: ConvexClient[] = [];

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(folder.path);
  await deploy(deployment, "basic");
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

function connect(): ConvexClient {
  const client = new ConvexClient(deployment.url, {
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    logger: false,
    unsavedChangesWarning: false,
  });
  clients.push(client);
  return client;
}

function watch(client: ConvexClient, author: string): string[][] {
  const seen: string[][] = [];
  client.onUpdate(api.messages.list, { author }, (bodies) => seen.push(bodies));
  return seen;
}

test("a subscription follows the writes of other clients, over WebSocket and HTTP", async () => {
  const seen = watch(connect(), "live");
  await vi.waitFor(() => expect(seen).toEqual([[]]));
  const writer = connect();
  await writer.mutation(api.messages.send, { author: "live", body: "one" });
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(["one"]));
  await writer.action(api.messages.shout, { author: "live", body: "two" });
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(["one", "TWO"]));
});

test("a subscription sees what a scheduled function writes", async () => {
  const client = connect();
  const seen = watch(client, "later");
  await client.mutation(api.messages.sendLater, { author: "later", body: "scheduled" });
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(["scheduled"]));
});

test("a client sees its own write as soon as the mutation resolves", async () => {
  const client = connect();
  const seen = watch(client, "own");
  for (const body of ["a", "b", "c"]) {
    await client.mutation(api.messages.send, { author: "own", body });
    expect(seen.at(-1)?.at(-1)).toBe(body);
  }
});

test("mutations that are sent together run in their order", async () => {
  const client = connect();
  const bodies = Array.from({ length: 20 }, (_, i) => String(i));
  await Promise.all(bodies.map((body) => client.mutation(api.messages.send, { author: "order", body })));
  expect(await client.query(api.messages.list, { author: "order" })).toEqual(bodies);
});

test("writes that do not touch a subscription do not wake it", async () => {
  const client = connect();
  const seen = watch(client, "quiet");
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  await client.mutation(api.messages.send, { author: "noise", body: "x" });
  await client.mutation(api.messages.send, { author: "quiet", body: "y" });
  expect(seen).toEqual([[], ["y"]]);
});

test("errors of queries, mutations and actions arrive with their data", async () => {
  const client = connect();
  await expect(client.mutation(api.messages.refuse, { author: "x" })).rejects.toMatchObject({
    data: { code: "refused", author: "x" },
  });
  const failed = new Promise<Error>((resolve) => {
    client.onUpdate(api.messages.refuseToRead, {}, () => undefined, resolve);
  });
  expect(await failed).toBeInstanceOf(ConvexError);
  expect(await failed).toMatchObject({ data: { code: "unreadable" } });
  await expect(client.action(ref<"action">("messages:nothing"), {})).rejects.toThrow(/Could not find/);
});

test("the admin key opens internal functions on a running connection", async () => {
  await expect(connect().query(ref<"query">("messages:count"), {})).rejects.toThrow(/Could not find/);
  const client = connect();
  await client.query(api.messages.echo, { value: "connected" });
  (client.client as unknown as { setAdminAuth(key: string): void }).setAdminAuth(deployment.adminKey);
  expect(await client.query(ref<"query">("messages:count"), {})).toBeTypeOf("number");
});

test("new environment values reach live queries", async () => {
  const seen: (string | null)[] = [];
  connect().onUpdate(api.messages.environment, { name: "COLOUR" }, (value) => seen.push(value));
  await vi.waitFor(() => expect(seen).toEqual([null]));
  await fetch(`${deployment.url}/api/update_environment_variables`, {
    method: "POST",
    headers: { authorization: `Convex ${deployment.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ changes: [{ name: "COLOUR", value: "green" }] }),
  });
  await vi.waitFor(() => expect(seen.at(-1)).toBe("green"));
});

test("a page goes on to end where it first ended when rows are inserted and deleted before that", async () => {
  const client = connect();
  for (const body of ["b", "d"]) await client.mutation(api.messages.send, { author: "page", body });
  const pages: string[][] = [];
  const args = { author: "page", paginationOpts: { numItems: 2, cursor: null } };
  client.onUpdate(api.messages.page, args, ({ page }) => pages.push(page.map(({ body }) => body)));
  await vi.waitFor(() => expect(pages).toEqual([["b", "d"]]));
  await client.mutation(api.messages.send, { author: "page", body: "c" });
  await client.mutation(api.messages.send, { author: "page", body: "e" });
  await vi.waitFor(() => expect(pages.at(-1)).toEqual(["b", "c", "d"]));
});

describe("on the wire", () => {
  interface Message {
    type: string;
    [field: string]: unknown;
  }

  /** A socket that speaks the protocol by hand. */
  async function open(): Promise<{ socket: WebSocket; messages: Message[]; closed: Promise<unknown[]> }> {
    const socket = new WebSocket(`${deployment.url.replace("http", "ws")}/api/1.48.0/sync`);
    const messages: Message[] = [];
    socket.on("message", (data) => messages.push(JSON.parse((data as Buffer).toString()) as Message));
    const closed = once(socket, "close");
    await once(socket, "open");
    return { socket, messages, closed };
  }

  const CONNECT = '{"type":"Connect","sessionId":"by-hand","connectionCount":0,"lastCloseReason":null}';

  test("a mutation that is sent again on a new connection is applied once and answered the same", async () => {
    const mutation = JSON.stringify({
      type: "Mutation",
      requestId: 0,
      udfPath: "messages:send",
      args: [{ author: "again", body: "once" }],
    });
    const sockets = [await open(), await open()];
    for (const { socket } of sockets) {
      socket.send(CONNECT);
      socket.send(mutation);
    }
    const results = sockets.map(({ messages }) =>
      vi.waitUntil(() => messages.find(({ type }) => type === "MutationResponse")),
    );
    const [first, second] = await Promise.all(results);
    expect(first).toMatchObject({ success: true, result: second?.result });
    expect(await connect().query(api.messages.list, { author: "again" })).toEqual(["once"]);
    for (const { socket } of sockets) socket.close();
  });

  test("a message that breaks the protocol ends the connection with the reason", async () => {
    const { socket, messages, closed } = await open();
    socket.send('{"type":"Nonsense"}');
    expect(await closed).toMatchObject([1002, {}]);
    expect(messages).toEqual([{ type: "FatalError", error: 'Unknown message type "Nonsense"' }]);
  });

  test("a refused admin key is told and disconnects", async () => {
    const { socket, messages, closed } = await open();
    socket.send(CONNECT);
    socket.send('{"type":"Authenticate","tokenType":"Admin","value":"wrong","baseVersion":0}');
    await closed;
    expect(messages).toMatchObject([{ type: "AuthError", authUpdateAttempted: true }]);
  });
});

test("a subscription goes on after the deployment was killed and started again", async () => {
  const seen = watch(connect(), "restart");
  await vi.waitFor(() => expect(seen).toEqual([[]]));
  await stop(deployment, "SIGKILL");
  const { port } = new URL(deployment.url);
  deployment = await start(folder.path, "--port", port);
  await connect().mutation(api.messages.send, { author: "restart", body: "after" });
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(["after"]), 10_000);
});
