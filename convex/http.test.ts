import { beforeEach, describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import { API_KEY, type Deployment, deployment, tokenFor } from "./test.setup";
import { PROTOCOL, VERSION } from "./version";

let t: Deployment;

beforeEach(() => {
  t = deployment();
});

type Answer = { status: number; body: Record<string, unknown> };

async function request(
  path: string,
  init: RequestInit = {},
  bearer: string | null = API_KEY,
): Promise<Answer> {
  const headers = bearer === null ? {} : { Authorization: `Bearer ${bearer}` };
  const response = await t.fetch(path, { headers, ...init });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

function post(body: unknown, bearer?: string | null) {
  return request("/api/job", { method: "POST", body: JSON.stringify(body) }, bearer);
}

function get(jobId: string, bearer?: string | null) {
  return request(`/api/job?id=${encodeURIComponent(jobId)}`, {}, bearer);
}

const OK = { ok: true, outcome: "applied" };

test("a web build is followed from the visitor's idea to its end, in its own words", async () => {
  const first = { jobId: "b", status: "processing", stage: "classifying", idea: "a game", username: "ada" };

  expect(await post(first)).toEqual({
    status: 200,
    body: { ...OK, jobId: "b", status: "processing", state: "running" },
  });
  for (const stage of ["generating", "deploying", "screenshot", "publishing"]) {
    await post({ jobId: "b", status: "processing", stage });
    expect((await get("b")).body).toMatchObject({ ...first, stage });
  }
  await post({ jobId: "b", status: "done", stage: "done", result: "https://game.test" });

  expect(await get("b")).toMatchObject({
    status: 200,
    body: { ...first, status: "done", state: "succeeded", stage: "done", result: "https://game.test" },
  });
});

test("a late post does not reopen a finished job", async () => {
  await post({ jobId: "b", status: "error", stage: "error", result: "no luck" });

  expect(await post({ jobId: "b", status: "processing", stage: "deploying" })).toMatchObject({
    status: 200,
    body: { ok: true, outcome: "stale", status: "error", state: "failed" },
  });
  expect((await get("b")).body).toMatchObject({ status: "error", stage: "error", result: "no luck" });
});

test("a new job gets the route's defaults; a patch changes only what it gives", async () => {
  const before = Date.now();
  await post({ jobId: "b", status: "queued" });
  const created = (await get("b")).body;
  await post({ jobId: "b", idea: "later" });

  expect(created).toMatchObject({ idea: "", username: "unknown", status: "queued" });
  expect(created.createdAt).toBeGreaterThanOrEqual(before);
  expect((await get("b")).body).toMatchObject({
    ...created,
    idea: "later",
    updatedAt: expect.any(Number) as number,
  });
});

test("createdAt may be given, and names that Convex refuses come back as they are", async () => {
  const given = {
    jobId: "größe/1",
    status: "done",
    createdAt: 5,
    $set: { _id: [1.5, null] },
    "": 1,
    "100%": "🦀",
  };
  await post(given);

  expect((await get("größe/1")).body).toMatchObject(given);
});

test("a field named payload is one of the caller's like any other", async () => {
  await post({ jobId: "b", status: "done", payload: { deep: 1 } });

  expect((await get("b")).body).toMatchObject({ status: "done", payload: { deep: 1 } });
});

test("a job that does not exist is 404, and a missing id 400, in the words of the routes", async () => {
  expect(await get("nobody")).toEqual({ status: 404, body: { error: "Job not found" } });
  expect(await request("/api/job")).toEqual({ status: 400, body: { error: "Missing id param" } });
  expect(await request("/api/job?id=")).toEqual({ status: 400, body: { error: "Missing id param" } });
});

describe("a bad body is 400 with a message that names the field", () => {
  test.each<[string, string, string, string]>([
    ["that is not JSON", "{", "invalid_field", "body"],
    ["that is a list", "[]", "invalid_field", "body"],
    ["without an id", '{"status":"done"}', "invalid_field", "jobId"],
    ["of an unknown status", '{"jobId":"b","status":"nope"}', "unknown_status", "status"],
    ["with a wrong stage", '{"jobId":"b","status":"done","stage":7}', "invalid_field", "stage"],
    ["with half a surrogate pair", '{"jobId":"b","deep":{"a":"\\ud800"}}', "invalid_field", "deep.a"],
    ["with a number beyond 2^53", '{"jobId":"b","n":9007199254740993000}', "invalid_field", "n"],
  ])("%s", async (_, body, code, field) => {
    const answer = await request("/api/job", { method: "POST", body });

    expect(answer).toMatchObject({ status: 400, body: { code, field } });
    expect(answer.body.error).toContain(field);
  });

  test("and nothing of it is stored", async () => {
    await post({ jobId: "b", status: "nope", idea: "half" });

    expect((await get("b")).status).toBe(404);
  });
});

const routes: [string, (bearer: string | null) => Promise<Answer>][] = [
  ["POST /api/job", (bearer) => post({ jobId: "b", status: "done" }, bearer)],
  ["GET /api/job", (bearer) => get("b", bearer)],
  ["GET /api/health", (bearer) => request("/api/health", {}, bearer)],
];

describe.each(routes)("%s", (_, call) => {
  const unauthorized = { status: 401, body: { error: "Unauthorized" } };

  test("is refused without a key, with a wrong one, and with an expired token", async () => {
    expect(await call(null)).toEqual(unauthorized);
    expect(await call("wrong")).toEqual(unauthorized);
    expect(await call(`${API_KEY}x`)).toEqual(unauthorized);
    expect(await call(await tokenFor("admin", { expiresIn: -1 }))).toEqual(unauthorized);
  });

  test.each(["", "anything", API_KEY])("refuses %j when the deployment has no key", async (bearer) => {
    t = deployment(null);

    expect(await call(bearer)).toEqual(unauthorized);
  });

  test("takes either of two keys, or a token", async () => {
    t = deployment(`the-old-key-of-32-characters----,${API_KEY}`);
    const answers = await Promise.all(
      ["the-old-key-of-32-characters----", API_KEY, await tokenFor("admin")].map(call),
    );

    expect(answers.map(({ status }) => status)).not.toContain(401);
  });

  test("refuses a share token as too narrow", async () => {
    expect(await call(await tokenFor("share"))).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });
});

test("a token for one job reaches no other, and one for reading posts nothing", async () => {
  await post({ jobId: "b", status: "done" });
  const token = await tokenFor("write", { claims: { job: "mine" } });

  expect(await get("b", token)).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect(await post({ jobId: "b", idea: "x" }, token)).toMatchObject({ status: 403 });
  expect(await post({ jobId: "mine", status: "queued" }, token)).toMatchObject({ status: 200 });
  expect(await post({ jobId: "b", idea: "x" }, await tokenFor("read"))).toMatchObject({ status: 403 });
});

test("a traceback is not passed on by a route", async () => {
  await post({ jobId: "c", status: "processing" });
  const error = { message: "no", traceback: "File secret.py" };
  await t.mutation(api.jobs.fail, { token: await tokenFor("write"), jobId: "c", error });
  const { body } = await get("c");

  expect(body).toMatchObject({ error: { message: "no" } });
  expect(JSON.stringify(body)).not.toContain("secret.py");
});

test("health answers which contract is spoken", async () => {
  expect(await request("/api/health")).toEqual({
    status: 200,
    body: { ok: true, protocol: PROTOCOL, version: VERSION },
  });
});

describe("a value that is too large for a document", () => {
  const large = "x".repeat(1_000_000);

  test("is taken and given by the route as any other", async () => {
    const drawing = Array.from({ length: 9000 }, (_, index) => ({ $id: index, text: "x".repeat(100) }));
    await post({ jobId: "b", status: "done", result: large, drawing, idea: "small" });

    expect((await get("b")).body).toMatchObject({ result: large, drawing, idea: "small" });
    expect((await get("b")).body).not.toHaveProperty("spilled");
  });

  test("is only named where an answer could not hold it", async () => {
    await post({ jobId: "b", status: "done", result: "y".repeat(9_000_000), drawing: large });
    const { body } = await get("b");
    const spilled = { result: { bytes: 9_000_002, url: expect.stringMatching(/^https:/) as string } };

    expect(body).toMatchObject({ drawing: large, spilled });
    expect(body).not.toHaveProperty("result");
  });

  test("leaves no file behind when its record is refused or late", async () => {
    await post({ jobId: "b", status: "done" });
    expect((await post({ jobId: "b", status: "nonsense", result: large })).status).toBe(400);
    expect((await post({ jobId: "b", status: "processing", result: large })).body).toMatchObject({
      outcome: "stale",
    });

    expect(await t.run(({ db }) => db.system.query("_storage").take(10))).toEqual([]);
  });
});
