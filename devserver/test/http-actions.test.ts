import { afterAll, beforeAll, expect, test } from "vitest";
import { deploy, makeFolder, start, stop, type Deployment } from "./deployment.js";

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

test("a route on the site port runs its action with the whole request", async () => {
  const body = JSON.stringify({ author: "route", body: "x" });
  const response = await fetch(`${deployment.siteUrl}/messages?a=1`, { method: "POST", body });
  expect(response.status).toBe(201);
  expect(response.headers.get("x-query")).toBe("?a=1");
});

test("bodies stream in and out", async () => {
  const chunk = new Uint8Array(64 * 1024).fill(7);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent++ < 32) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const response = await fetch(`${deployment.siteUrl}/echo`, init);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(bytes.length).toBe(32 * chunk.length);
  expect(bytes.every((byte) => byte === 7)).toBe(true);
});

test("Authorization belongs to the app: nothing is read into it", async () => {
  const headers = { authorization: "Bearer opaque" };
  const response = await fetch(`${deployment.siteUrl}/authorization`, { headers });
  expect([response.status, await response.text()]).toEqual([200, "Bearer opaque"]);
});

test("a prefix route and HEAD find their action, other paths and methods do not", async () => {
  const below = await fetch(`${deployment.siteUrl}/below/a/b`);
  expect(await below.json()).toEqual({ path: "/below/a/b" });
  const head = await fetch(`${deployment.siteUrl}/below/a`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect((await fetch(`${deployment.siteUrl}/nothing`)).status).toBe(404);
  expect((await fetch(`${deployment.siteUrl}/messages`)).status).toBe(404);
});

test("CORS is left to the app on the site port", async () => {
  const response = await fetch(`${deployment.siteUrl}/below/a`);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});

test("the main port serves the same routes below /http", async () => {
  const response = await fetch(`${deployment.url}/http/below/a`);
  expect(await response.json()).toEqual({ path: "/below/a" });
});

test("an action that throws answers 500 with a code, and the deployment goes on", async () => {
  const broken = await fetch(`${deployment.siteUrl}/messages`, { method: "POST", body: "no json" });
  expect(broken.status).toBe(500);
  expect(await broken.json()).toHaveProperty("code");
  expect((await fetch(`${deployment.siteUrl}/below/a`)).status).toBe(200);
});
