/**
 * Which commands would conflict, by what each transaction read and wrote. Here they run one after the other, so that
 * nothing is left to chance; two that do not meet in any order do not meet when they run at once either.
 */
import path from "node:path";
import { SignJWT } from "jose";
import { beforeEach, expect, test, vi } from "vitest";
import type { Commit, Engine, Json, ReadSet } from "../src/engine/api.js";
import { Store } from "../src/engine/store.js";
import type { Transaction } from "../src/engine/transaction.js";
import { bundleApp } from "./bundle-app.js";
import { admin, anyone, mutate, open, push, query, temporaryFolder } from "./engine-harness.js";

const KEY = "a-key-of-the-tests-with-32-characters";
const JOBS = 200;

type Footprint = { reads: ReadSet; commit: Commit };

let engine: Engine;
let token: string;
let now: number;
let seq: number;

beforeEach(async () => {
  now = Date.now();
  seq = 0;
  engine = await open(temporaryFolder(), { now: () => now });
  await push(engine, await bundleApp(path.join(import.meta.dirname, "../../convex")));
  await engine.environment.update({ JOBSYNC_API_KEY: KEY });
  token = await new SignJWT({ aud: "jobsync", scope: "write" })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(KEY));
});

function send(writerId: string, ...commands: Json[]): Promise<Json> {
  return mutate(engine, "ingest:apply", { token, writerId, firstSeq: ++seq, commands });
}

/** Jobs of one owner and type, each run by a writer of its own under a lease. */
async function begin(): Promise<string[]> {
  const jobIds = Array.from({ length: JOBS }, (_, index) => `job-${index}`);
  for (const jobId of jobIds) {
    const record = { id: jobId, type: "render", owner: "me", tags: ["ui"], maxAttempts: 2 };
    await send(jobId, { kind: "create", record }, { kind: "start", jobId, leaseMs: 60_000 });
  }
  return jobIds;
}

/** The mutations of a piece of work, in the order of their commits. */
async function footprints(work: () => Promise<unknown>): Promise<Footprint[]> {
  const found: Footprint[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- bound again where it is called
  const commit = Store.prototype.commit;
  const watch = vi.spyOn(Store.prototype, "commit").mockImplementation(function (this: Store, ...args) {
    // Whoever commits has not been released yet, and nobody else is at work.
    const [transaction] = this.watchers as Set<Transaction>;
    const applied = commit.apply(this, args);
    if (transaction !== undefined) found.push({ reads: transaction.reads, commit: applied });
    return applied;
  });
  await work();
  watch.mockRestore();
  return found;
}

async function footprint(work: () => Promise<unknown>): Promise<Footprint> {
  const [only, ...others] = await footprints(work);
  expect(others).toEqual([]);
  return only!;
}

/** Each pair of which the first has read what the second writes. */
function conflicts(readers: Footprint[], writers: Footprint[]): [number, number][] {
  return readers.flatMap(({ reads }, reader) =>
    writers.flatMap(({ commit }, writer): [number, number][] =>
      readers[reader] !== writers[writer] && reads.overlaps(commit) ? [[reader, writer]] : [],
    ),
  );
}

const complete = (jobId: string) => ({ kind: "complete", jobId, attempt: 1, result: { pages: 4 } });
const fail = (jobId: string) => ({ kind: "fail", jobId, attempt: 1, error: "no" });

test("two hundred jobs of one owner and type that end at once conflict in nothing, not in their counts either", async () => {
  const jobIds = await begin();
  const ends = await footprints(async () => {
    for (const [index, jobId] of jobIds.entries()) {
      await send(jobId, index % 2 === 0 ? complete(jobId) : fail(jobId));
    }
  });

  expect(ends).toHaveLength(JOBS);
  expect(conflicts(ends, ends)).toEqual([]);
  expect(await query(engine, "jobs:stats", { token, owner: "me" })).toMatchObject({
    succeeded: JOBS / 2,
    queued: JOBS / 2,
  });
});

test("commands that are about the same job, or of the same writer, are seen to conflict", async () => {
  const [a, b] = await begin();
  const tick = await footprint(() => send("one", { kind: "progress", jobId: a!, progress: 1 }));
  const end = await footprint(() => send("two", complete(a!)));
  const other = await footprint(() => send("one", complete(b!)));

  expect(conflicts([tick], [end])).toHaveLength(1);
  expect(conflicts([tick], [other])).toHaveLength(1);
  expect(conflicts([end], [other])).toEqual([]);
});

test("a fold and the jobs that end while it runs conflict in nothing", async () => {
  const jobIds = await begin();
  now += 10_000;
  const fold = await footprint(() => mutate(engine, "counts:fold", {}, admin));
  const ends = await footprints(async () => {
    for (const jobId of jobIds) await send(jobId, complete(jobId));
  });

  expect(conflicts([fold], ends)).toEqual([]);
  expect(conflicts(ends, [fold])).toEqual([]);
});

test("a progress tick renews neither lists nor counts, but the job itself and how far jobs of a list are", async () => {
  const [jobId] = await begin();
  const paginationOpts = { cursor: null, numItems: JOBS };
  const lists: [string, { [key: string]: Json }][] = [
    ["jobs:list", { paginationOpts }],
    ["jobs:list", { owner: "me", paginationOpts }],
    ["jobs:list", { owner: "me", state: "running", paginationOpts }],
    ["jobs:list", { tag: "ui", text: "job", paginationOpts }],
    ["jobs:active", { paginationOpts }],
    ["jobs:stats", { owner: "me" }],
    ["jobs:rollup", { jobId: "job-1" }],
    ["claims:waiting", { type: "render" }],
  ];
  const views: typeof lists = [
    ["jobs:getByJobId", { jobId: jobId! }],
    ["jobs:progressOf", { jobIds: ["job-1", jobId!] }],
  ];
  const asked = [...lists, ...views].map(([path, args]) => ({
    ref: { component: "", path },
    args: { token, ...args },
  }));
  const { results } = await engine.queries(asked, anyone);
  const tick = await footprint(() => send("one", { kind: "progress", jobId: jobId!, progress: 40 }));
  const end = await footprint(() => send("one", complete(jobId!)));
  const renewedBy = ({ commit }: Footprint) =>
    asked.filter((_, index) => results[index]!.reads.overlaps(commit)).map(({ ref }) => ref.path);

  expect(results.map(({ outcome }) => outcome.ok)).not.toContain(false);
  expect(renewedBy(tick)).toEqual(views.map(([path]) => path));
  expect(renewedBy(end)).toEqual(expect.arrayContaining(["jobs:active", "jobs:stats", "jobs:list"]));
});
