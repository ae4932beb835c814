// @vitest-environment happy-dom
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConvexReactClient } from "convex/react";
import { SignJWT } from "jose";
import { createRoot, type Root } from "react-dom/client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { api } from "../../../convex/_generated/api";
import { type Deployment, makeFolder, start, stop } from "../../../devserver/test/deployment";
import { JobsyncProvider, useJob, useJobs } from "./index";

/** What `npm run build` recorded of convex/. */
const PUSH = join(dirname(fileURLToPath(import.meta.url)), "../../../src/jobsync/_embedded/backend.push");

let deployment: Deployment;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let client: ConvexReactClient;
let root: Root;
let page: HTMLElement;
/** All that the page showed, one entry for each change. */
let shown: string[];

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(folder.path, "--push", PUSH);
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

beforeEach(() => {
  client = new ConvexReactClient(deployment.url, {
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    unsavedChangesWarning: false,
    logger: false,
  });
  page = document.createElement("main");
  root = createRoot(page);
  shown = [];
  new MutationObserver(() => shown.push(page.textContent)).observe(page, {
    subtree: true,
    childList: true,
    characterData: true,
  });
});

afterEach(async () => {
  root.unmount();
  await client.close();
});

/** Each is another text, as one that replaces an older one is. */
function newToken(): Promise<string> {
  return new SignJWT({ scope: "write" })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience("jobsync")
    .setIssuedAt()
    .setJti(crypto.randomUUID())
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(deployment.apiKey));
}

function show(token: string, what: React.ReactNode): void {
  root.render(
    <JobsyncProvider client={client} token={token}>
      {what}
    </JobsyncProvider>,
  );
}

function shows(text: string): Promise<void> {
  return vi.waitFor(() => expect(page.textContent).toBe(text), { timeout: 20_000 });
}

function Name({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  return job === undefined ? "loading" : (job?.name ?? "none");
}

function Names() {
  const { items, status } = useJobs({ type: "listed" });
  return status === "loading" && items.length === 0 ? "loading" : items.map(({ name }) => name).join(", ");
}

async function save(record: object): Promise<void> {
  await client.mutation(api.jobs.upsert, { token: await newToken(), record });
}

test("a new token takes over without a moment in which the job is gone", async () => {
  await save({ id: "j", name: "Poster" });
  show(await newToken(), <Name jobId="j" />);
  await shows("Poster");
  shown = [];
  show(await newToken(), <Name jobId="j" />);
  await save({ id: "j", name: "Poster, renamed" });
  await shows("Poster, renamed");

  expect(shown).toEqual(["Poster, renamed"]);
});

test("a new token takes over without a moment in which the list is empty", async () => {
  await save({ id: "a", name: "First", type: "listed" });
  show(await newToken(), <Names />);
  await shows("First");
  shown = [];
  show(await newToken(), <Names />);
  await save({ id: "b", name: "Second", type: "listed", createdAt: Date.now() + 1_000 });
  await shows("Second, First");

  expect(shown).toEqual(["Second, First"]);
});

test("another job is not mistaken for the one before it while it loads", async () => {
  await save({ id: "j", name: "Poster" });
  const token = await newToken();
  show(token, <Name jobId="j" />);
  await shows("Poster");
  shown = [];
  show(token, <Name jobId="nowhere" />);
  await shows("none");

  expect(shown).toEqual(["loading", "none"]);
});

test("many components that look at one job tell the deployment once", async () => {
  await save({ id: "j", name: "Poster" });
  const calls = vi.spyOn(client, "mutation");
  show(
    await newToken(),
    <>
      <Name jobId="j" />
      <Name jobId="j" />
      <Name jobId="k" />
    </>,
  );
  await vi.waitFor(() => expect(page.textContent).toBe("PosterPosternone"), { timeout: 20_000 });

  expect(calls.mock.calls.map(([, args]) => (args as { jobId?: string }).jobId)).toEqual(["j", "k"]);
});
