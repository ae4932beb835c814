/** The page at the deployment's own address, and where share links lead. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appFolder, convex, makeFolder, start, stop, type Deployment } from "./deployment.js";

let folder: Awaited<ReturnType<typeof makeFolder>>;
let page: string;
const running: Deployment[] = [];

beforeEach(async () => {
  folder = await makeFolder();
  page = join(folder.path, "page");
  await mkdir(join(page, "assets"), { recursive: true });
  await writeFile(join(page, "index.html"), "<title>Grüße</title>");
  await writeFile(join(page, "assets/a1.js"), "export {};");
  const html = { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" };
  const policy = { "content-security-policy": "connect-src {deployment} {socket}; img-src {deployment}" };
  const js = { "content-type": "text/javascript", "cache-control": "immutable" };
  const served = [
    { path: "/", file: "index.html", headers: { ...html, ...policy } },
    { path: "/assets/a1.js", file: "assets/a1.js", headers: js },
  ];
  await writeFile(join(page, "serving.json"), JSON.stringify(served));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((deployment) => stop(deployment)));
  await folder.remove();
});

async function started(...args: string[]): Promise<Deployment> {
  const deployment = await start(join(folder.path, "data"), "--page", page, ...args);
  running.push(deployment);
  return deployment;
}

const dashboardUrl = async (deployment: Deployment) =>
  (await convex(deployment, appFolder("basic"), "env", "get", "JOBSYNC_DASHBOARD_URL")).stdout.trim();

test("the page is at the address of the deployment, with the headers it was built for", async () => {
  const { url } = await started();
  const index = await fetch(`${url}/`);
  expect([index.status, await index.text()]).toEqual([200, "<title>Grüße</title>"]);
  const socket = url.replace("http", "ws");
  expect(Object.fromEntries(index.headers)).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy": `connect-src ${url} ${socket}; img-src ${url}`,
  });
  expect((await fetch(`${url}/assets/a1.js`)).headers.get("cache-control")).toBe("immutable");
});

test("HEAD tells the length and sends nothing", async () => {
  const { url } = await started();
  const head = await fetch(`${url}/`, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe(String(Buffer.byteLength("<title>Grüße</title>")));
  expect(await head.text()).toBe("");
});

test("only what belongs to the page is served, and the deployment's own paths stay", async () => {
  const { url } = await started();
  const status = async (path: string) => (await fetch(`${url}${path}`)).status;
  expect(await status("/serving.json")).toBe(404);
  expect(await status("/assets/..%2f..%2fdata%2fkeys.json")).toBe(404);
  expect(await status("/version")).toBe(200);
});

test("share links lead to the page, also after the port has changed", async () => {
  const first = await started();
  expect(await dashboardUrl(first)).toBe(`${first.url}/`);
  await stop(running.pop()!);
  const second = await started();
  expect(second.url).not.toBe(first.url);
  expect(await dashboardUrl(second)).toBe(`${second.url}/`);
});

test("share links that were told to lead elsewhere still do after a start", async () => {
  const { port } = new URL((await started()).url);
  await convex(
    running[0]!,
    appFolder("basic"),
    "env",
    "set",
    "JOBSYNC_DASHBOARD_URL",
    "https://jobs.example/",
  );
  await stop(running.pop()!);
  expect(await dashboardUrl(await started("--port", port))).toBe("https://jobs.example/");
});

test("a folder without a page is an error that names the file", async () => {
  const nowhere = start(join(folder.path, "data"), "--page", join(folder.path, "nowhere"));
  await expect(nowhere).rejects.toThrow("nowhere/serving.json");
});
