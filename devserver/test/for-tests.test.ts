import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeFolder, start, stop, type Deployment } from "./deployment.js";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: Awaited<ReturnType<typeof makeFolder>>;
let deployment: Deployment;

beforeAll(async () => {
  folder = await makeFolder();
  deployment = await start(folder.path, "--for-tests");
});

afterAll(async () => {
  await stop(deployment);
  await folder.remove();
});

async function ask(path: "clock" | "faults" | "reset", body: unknown, to = deployment, key = to.adminKey) {
  const response = await fetch(`${to.url}/api/jobsync/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Convex ${key}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("a move says what time it is then; a clock that is held stands still until the next move", async () => {
  const held = await ask("clock", { advanceMs: 3_600_000, hold: true });
  expect(held.body["now"]).toBeGreaterThan(Date.now() + 3_500_000);
  const later = await ask("clock", { advanceMs: 1000 });
  expect(later).toEqual({ status: 200, body: { now: (held.body["now"] as number) + 1000 } });
});

test("a reset shows real time again", async () => {
  await ask("clock", { advanceMs: 3_600_000, hold: true });
  await ask("reset", {});
  expect((await ask("clock", {})).body["now"]).toBeLessThanOrEqual(Date.now());
});

test.each([
  ["clock", { advanceMs: -1 }],
  ["clock", { advanceMs: 0.5 }],
  ["clock", { advanceMs: "1" }],
  ["clock", { hold: 1 }],
  ["reset", { environment: [] }],
  ["faults", { add: 1 }],
  ["faults", { met: "unknown" }],
] as const)("%s: what it cannot do is refused by name: %j", async (path, body) => {
  const { status, body: answer } = await ask(path, body);
  expect({ status, ...answer }).toMatchObject({ status: 400, code: "BadJsonBody" });
  expect(answer["message"]).toContain(
    Object.values(body)[0] === "unknown" ? "unknown" : Object.keys(body)[0],
  );
});

test.each(["clock", "faults", "reset"] as const)("%s: only for the admin key", async (path) => {
  expect((await ask(path, {}, deployment, "wrong|key")).status).toBe(401);
});

test("a deployment that was not started for it has none of this", async () => {
  const other = await makeFolder();
  const usual = await start(other.path);
  const answers = await Promise.all(
    (["clock", "faults", "reset"] as const).map((path) => ask(path, {}, usual)),
  );
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  await stop(usual);
  await other.remove();
});
