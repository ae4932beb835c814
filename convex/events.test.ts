import { beforeEach, expect, test } from "vitest";
import { api } from "./_generated/api";
import { type Deployment, deployment, refusedWith, tokenFor } from "./test.setup";

let t: Deployment;
let token: string;

beforeEach(async () => {
  t = deployment();
  token = await tokenFor("write");
  await t.mutation(api.jobs.upsert, { token, record: { id: "j", status: "processing" } });
});

function record(fields: Record<string, unknown> = {}) {
  return t.mutation(api.events.record, { token, jobId: "j", event: "trace", ...fields });
}

function list(cursor: string | null = null, numItems = 100) {
  return t.query(api.events.list, { token, jobId: "j", paginationOpts: { cursor, numItems } });
}

test("an event comes back as it was given", async () => {
  const event = { eventId: "e", event: "trace", level: "debug", payload: { "%24a": [null] }, time: 5 };
  await record(event);

  expect((await list()).page).toEqual([{ jobId: "j", ...event }]);
});

test("level, time and id may be left out", async () => {
  const before = Date.now();
  await record();
  const [event] = (await list()).page;

  expect(event).toMatchObject({ level: "info", eventId: expect.stringMatching(/./) as string });
  expect(event?.time).toBeGreaterThanOrEqual(before);
  expect(event).not.toHaveProperty("payload");
});

test("the events of a job that does not exist are not an empty page", async () => {
  const paginationOpts = { cursor: null, numItems: 1 };

  await refusedWith("job_not_found", t.query(api.events.list, { token, jobId: "nobody", paginationOpts }));
});

test("the same id is kept once, the first one", async () => {
  await record({ eventId: "e", payload: 1 });

  expect(await record({ eventId: "e", payload: 2 })).toMatchObject({ outcome: "unchanged" });
  expect((await list()).page).toMatchObject([{ payload: 1 }]);
});

test("events are listed oldest first, page by page", async () => {
  for (const time of [3, 1, 2]) await record({ eventId: `e${time}`, time });
  const first = await list(null, 2);
  const second = await list(first.continueCursor, 2);

  expect([...first.page, ...second.page].map(({ time }) => time)).toEqual([1, 2, 3]);
  expect(second.isDone).toBe(true);
});

test("large events are listed in pages that a query can read, none of them missed", async () => {
  for (let index = 0; index < 40; index++) {
    await record({ eventId: `e${index}`, time: index, payload: "x".repeat(500_000) });
  }
  const times: number[] = [];
  for (let cursor: string | null = null, isDone = false; !isDone;) {
    const page: Awaited<ReturnType<typeof list>> = await list(cursor, 200);
    times.push(...page.page.map(({ time }) => time));
    ({ isDone, continueCursor: cursor } = page);
  }

  expect(times).toEqual(Array.from({ length: 40 }, (_, index) => index));
});

test("late events are kept: of an older attempt they are answered stale, after the end they are applied", async () => {
  await t.mutation(api.jobs.upsert, { token, record: { id: "j", status: "done", attempt: 2 } });

  expect(await record({ eventId: "old", attempt: 1 })).toMatchObject({
    outcome: "stale",
    state: "succeeded",
  });
  expect(await record({ eventId: "last", attempt: 2 })).toMatchObject({ outcome: "applied" });
  expect((await list()).page).toHaveLength(2);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ["of no kind", { event: "" }, "invalid_field", "event"],
  ["of a kind that is too long", { event: "x".repeat(101) }, "invalid_field", "event"],
  ["of an id that is too long", { eventId: "x".repeat(65) }, "invalid_field", "eventId"],
  ["of an unknown level", { level: "loud" }, "invalid_field", "level"],
  ["of a time that is none", { time: -1 }, "invalid_field", "time"],
  ["of a payload that is not JSON", { payload: { a: 1n } }, "invalid_field", "payload.a"],
  ["that is too large", { payload: { a: "x".repeat(950_000) } }, "too_large", "a"],
  ["for a job that does not exist", { jobId: "nobody" }, "job_not_found", "jobId"],
])("an event %s is refused", async (_, fields, code, field) => {
  expect(await refusedWith(code as "invalid_field", record(fields))).toMatchObject({ field });
  expect((await list()).page).toEqual([]);
});
