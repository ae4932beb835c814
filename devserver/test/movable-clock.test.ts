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

async function move(to: Deployment, body: unknown, key = to.adminKey) {
  const response = await fetch(`${to.url}/api/jobsync/clock`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Convex ${key}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("a move says what time it is then; a clock that is held stands still until the next move", async () => {
  const held = await move(deployment, { advanceMs: 3_600_000, hold: true });
  expect(held.body["now"]).toBeGreaterThan(Date.now() + 3_500_000);
  const later = await move(deployment, { advanceMs: 1000, hold: true });
  expect(later).toEqual({ status: 200, body: { now: (held.body["now"] as number) + 1000 } });
});

test.each([{ advanceMs: -1 }, { advanceMs: 0.5 }, { advanceMs: "1" }, { hold: 1 }])(
  "a move that is none is refused by name: %j",
  async (body) => {
    const { status, body: answer } = await move(deployment, body);
    expect({ status, ...answer }).toMatchObject({ status: 400, code: "BadJsonBody" });
    expect(answer["message"]).toContain(Object.keys(body)[0]);
  },
);

test("only the admin key moves the clock", async () => {
  expect((await move(deployment, { advanceMs: 1 }, "wrong|key")).status).toBe(401);
});

test("a deployment that was not started for it has a clock that nobody moves", async () => {
  const other = await makeFolder();
  const usual = await start(other.path);
  expect((await move(usual, { advanceMs: 1 })).status).toBe(404);
  await stop(usual);
  await other.remove();
});
