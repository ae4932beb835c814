import { once } from "node:events";
import { connect } from "node:net";
import { ConvexHttpClient } from "convex/browser";
import { ConvexError } from "convex/values";
import { makeFunctionReference as ref } from "convex/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "./apps/basic/convex/_generated/api.js";
import { deploy, makeFolder, start, stop, type Deployment } from "./deployment.js";

let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let client: ConvexHttpClient;

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(folder.path);
  await deploy(deployment, "basic");
  client = new ConvexHttpClient(deployment.url, { logger: false });
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

async function request(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(deployment.url + path, init);
  const text = await response.text();
  const body = (text.startsWith("{") ? JSON.parse(text) : {}) as Answer["body"];
  return { status: response.status, headers: response.headers, text, body };
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  request(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const admin = () => ({ authorization: `Convex ${deployment.adminKey}` });

test("the official HTTP client runs mutations, queries and actions", async () => {
  await client.mutation(api.messages.send, { author: "http", body: "one" });
  await client.action(api.messages.shout, { author: "http", body: "two" });
  expect(await client.query(api.messages.list, { author: "http" })).toEqual(["one", "TWO"]);
});

test("values of every kind come back as they went", async () => {
  const value = {
    int: 12n,
    float: 0.1,
    minusZero: -0,
    nan: NaN,
    bytes: new Uint8Array([1, 2]).buffer,
    nil: null,
  };
  expect(await client.query(api.messages.echo, { value })).toEqual(value);
});

test("a ConvexError arrives with its data, and its mutation leaves nothing behind", async () => {
  const refused = client.mutation(api.messages.refuse, { author: "nobody" });
  await expect(refused).rejects.toThrow(ConvexError);
  await expect(refused).rejects.toMatchObject({ data: { code: "refused", author: "nobody" } });
  expect(await client.query(api.messages.list, { author: "nobody" })).toEqual([]);
});

test("wrong arguments are an error of the function that names the field", async () => {
  const { status, body } = await post("/api/query", { path: "messages:list", args: {}, format: "json" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "error" });
  expect(body.errorMessage).toMatch(/author/);
  expect(body).not.toHaveProperty("errorData");
});

test("internal functions are for the admin key only", async () => {
  const call = { path: "messages:count", args: {}, format: "json" };
  expect((await post("/api/query", call)).body).toMatchObject({ status: "error" });
  expect((await post("/api/query", call, admin())).body).toMatchObject({ status: "success" });
  expect(await post("/api/query", call, { authorization: "Convex wrong" })).toMatchObject({
    status: 401,
    body: { code: "BadAdminKey" },
  });
});

test("an admin may act as a user, nobody else has an identity", async () => {
  const acting = new ConvexHttpClient(deployment.url, { logger: false });
  expect(await acting.query(api.messages.whoami, {})).toBeNull();
  (acting as unknown as { setAdminAuth(key: string, identity: object): void }).setAdminAuth(
    deployment.adminKey,
    { issuer: "https://issuer.test", subject: "ada", tokenIdentifier: "ada" },
  );
  expect(await acting.query(api.messages.whoami, {})).toMatchObject({ subject: "ada" });
  expect(await acting.query(ref<"query">("messages:count"), {})).toBeTypeOf("number");
});

test("every number is written as a float, in both formats", async () => {
  for (const format of ["json", "convex_encoded_json"]) {
    const { text } = await post("/api/query", { path: "messages:echo", args: { value: [1, 2.5] }, format });
    expect(text).toBe('{"status":"success","value":[1.0,2.5]}');
  }
});

test("plain JSON shows 64-bit integers as digits", async () => {
  const args = { value: { $integer: "AQAAAAAAAAA=" } };
  expect((await post("/api/query", { path: "messages:echo", args, format: "json" })).body.value).toBe("1");
});

test("a query can be asked with GET, and any function by its URL", async () => {
  const args = encodeURIComponent(JSON.stringify({ value: "hello" }));
  const got = await request(`/api/query?path=messages:echo&args=${args}&format=json`);
  expect(got.body).toEqual({ status: "success", value: "hello" });
  const run = await post("/api/run/messages/send", { args: { author: "run", body: "x" } });
  expect(run.body).toMatchObject({ status: "success" });
  expect(await client.query(api.messages.list, { author: "run" })).toEqual(["x"]);
});

test("/api/function finds out the kind itself", async () => {
  const body = { path: "messages:send", args: { author: "any", body: "x" }, format: "json" };
  expect((await post("/api/function", body)).body).toMatchObject({ status: "success" });
  const unknown = await post("/api/function", { path: "messages:nothing", args: {}, format: "json" });
  expect(unknown.body.errorMessage).toMatch(/Could not find/);
});

test("log lines come with the answer", async () => {
  const args = { author: "log", body: "x" };
  const { body } = await post("/api/mutation", { path: "messages:send", args, format: "json" });
  expect(body.logLines).toEqual(["[LOG] 'sending' 'x'"]);
});

test("several queries are read at one timestamp", async () => {
  const query = { path: "messages:echo", args: { value: 1 }, format: "json" };
  const { body } = await post("/api/query_batch", { queries: [query, { ...query, path: "nothing:here" }] });
  expect(body.results).toMatchObject([{ status: "success", value: 1 }, { status: "error" }]);
  const consistent = new ConvexHttpClient(deployment.url, { logger: false });
  expect(await consistent.consistentQuery(api.messages.echo, { value: 2 })).toBe(2);
});

test("a timestamp before the last write is refused, never answered wrongly", async () => {
  const { body } = await post("/api/query_ts", {});
  await client.mutation(api.messages.send, { author: "ts", body: "x" });
  const late = await post("/api/query_at_ts", { path: "messages:echo", args: { value: 1 }, ts: body.ts });
  expect(late).toMatchObject({ status: 503, body: { code: "OutOfRetention" } });
});

test.each([
  ["no JSON", "{", {}, "BadJsonBody"],
  ["no object", "[]", {}, "BadJsonBody"],
  ["no path", { args: {} }, {}, "BadJsonBody"],
  ["two argument objects", { path: "a:b", args: [{}, {}] }, {}, "BadJsonBody"],
  ["an unknown format", { path: "a:b", args: {}, format: "xml" }, {}, "BadJsonBody"],
  ["another content type", "{}", { "content-type": "text/plain" }, "BadJsonBody"],
  ["a client without a version", { path: "a:b", args: {} }, { "convex-client": "mine" }, "InvalidVersion"],
])("a request with %s is refused before anything runs", async (_what, body, headers, code) => {
  expect(await post("/api/query", body, headers as Record<string, string>)).toMatchObject({
    status: 400,
    body: { code },
  });
});

test("15 MiB of arguments are taken, 17 are refused", async () => {
  const echo = (mebibytes: number) => {
    const args = { value: "x".repeat(mebibytes * 2 ** 20) };
    return post("/api/query", { path: "messages:echo", args, format: "json" });
  };
  expect((await echo(15)).body).toMatchObject({ status: "success" });
  expect(await echo(17)).toMatchObject({ status: 400, body: { code: "BadJsonBody" } });
});

const JSON_HEADERS = "Host: x\r\nContent-Type: application/json\r\n";

test.each([
  ["in the middle of a body", `POST /api/query HTTP/1.1\r\n${JSON_HEADERS}Content-Length: 99\r\n\r\n{"a`],
  ["in a chunk", `POST /api/query HTTP/1.1\r\n${JSON_HEADERS}Transfer-Encoding: chunked\r\n\r\n5\r\nhe`],
  [
    "in compressed data",
    `POST /api/query HTTP/1.1\r\n${JSON_HEADERS}Content-Encoding: br\r\nContent-Length: 99\r\n\r\nhe`,
  ],
])("a client that hangs up %s disturbs nobody", async (_where, text) => {
  const socket = connect(Number(new URL(deployment.url).port), "127.0.0.1");
  await new Promise<void>((resolve) => socket.write(text, () => resolve()));
  socket.destroy();
  await once(socket, "close");
  expect(await request("/version")).toMatchObject({ status: 200 });
  expect(deployment.errors()).toBe("");
});

test.each([
  ["a path that looks like a host", "GET //nowhere/x HTTP/1.1\r\nHost: x\r\n\r\n", "404"],
  ["the whole URL, as to a proxy", "GET http://x:80/version HTTP/1.1\r\nHost: x\r\n\r\n", "200"],
  ["no HTTP", "\x16\x03\x01\r\n\r\n", "400"],
  [
    "broken compressed data",
    `POST /api/query HTTP/1.1\r\n${JSON_HEADERS}Content-Encoding: br\r\nContent-Length: 5\r\n\r\nhello`,
    "400",
  ],
  [
    "a WebSocket elsewhere",
    "GET // HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "404",
  ],
])("%s is answered", async (_what, text, status) => {
  const socket = connect(Number(new URL(deployment.url).port), "127.0.0.1");
  socket.write(text);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  socket.destroy();
});

test("what an action leaves behind is logged, and ends nothing", async () => {
  await client.action(api.messages.beCareless, {});
  await vi.waitFor(() => {
    expect(deployment.errors()).toContain("a promise that nobody awaits");
    expect(deployment.errors()).toContain("a timer that throws");
  });
  expect(await request("/version")).toMatchObject({ status: 200 });
});

test("a user's token is refused while no auth provider is configured", async () => {
  const headers = { authorization: "Bearer a.b.c" };
  const call = { path: "messages:echo", args: { value: 1 } };
  expect(await post("/api/query", call, headers)).toMatchObject({
    status: 401,
    body: { code: "NoAuthProvider" },
  });
});

test("unknown paths and wrong methods are told apart", async () => {
  expect(await request("/api/nothing")).toMatchObject({ status: 404 });
  expect(await request("/api/mutation")).toMatchObject({ status: 405 });
});

test("web pages of any origin may ask", async () => {
  const { status, headers } = await request("/api/query", {
    method: "OPTIONS",
    headers: { "access-control-request-headers": "content-type, convex-client" },
  });
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("access-control-allow-headers")).toBe("content-type, convex-client");
});

test("functions of components and the environment stay closed without the key", async () => {
  const body = { path: "a:b", args: {}, componentPath: "counters" };
  expect(await post("/api/function", body)).toMatchObject({ status: 403 });
  expect(await post("/api/update_environment_variables", { changes: [] })).toMatchObject({ status: 401 });
});
