import fc from "fast-check";
import { expect, test } from "vitest";
import type { Doc } from "../_generated/dataModel";
import { jobChange } from "./jobChange";
import { isTerminal } from "./lifecycle";
import type { StoredJob, Update } from "./documentChanges";
import { decideUpsert } from "./upsertRules";

const nothing: StoredJob = { job: null, progress: null, details: null };

function patched<Document>(document: Document | null, update: Update): Document | null {
  const isUntouched = Object.keys(update).length === 0;
  return isUntouched ? document : ({ ...document, ...update } as Document);
}

/** The documents after an upsert, and what it answered. */
function after(stored: StoredJob, record: object, now: number) {
  const { outcome, warm, hot, cold } = decideUpsert(stored, jobChange(record), now);
  const { job, progress, details } = stored;
  return {
    outcome,
    stored: { job: patched(job, warm), progress: patched(progress, hot), details: patched(details, cold) },
  };
}

const records = fc.record(
  {
    status: fc.constantFrom("queued", "processing", "done", "error", "canceled"),
    stage: fc.constantFrom(null, "a", "b"),
    progress: fc.constantFrom(null, 0, 50, 100),
    attempt: fc.integer({ min: 1, max: 3 }),
    name: fc.constantFrom(null, "n", "m"),
    result: fc.constantFrom(null, 1, "x"),
    own: fc.constantFrom(null, 1, { deep: [1] }),
  },
  { requiredKeys: [] },
);

test("in any sequence, a job that is over keeps its state, its attempt and its progress", () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 2, maxLength: 12 }), (sequence) => {
      let stored = nothing;
      for (const [now, record] of sequence.entries()) {
        const before = stored;
        stored = after(before, { id: "j", ...record }, now).stored;
        if (before.job === null || !isTerminal(before.job.state)) continue;
        const { state, attempt, finishedAt } = before.job;
        expect(stored.job).toMatchObject({ state, attempt, finishedAt });
        if (record.status === undefined) expect(stored.progress).toBe(before.progress);
      }
    }),
  );
});

test("in any sequence, an attempt never goes back and only what is applied changes anything", () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1, maxLength: 12 }), (sequence) => {
      let stored = nothing;
      for (const [now, record] of sequence.entries()) {
        const next = after(stored, { id: "j", ...record }, now);
        if (next.outcome !== "applied") expect(next.stored).toEqual(stored);
        expect(next.stored.job?.attempt).toBeGreaterThanOrEqual(stored.job?.attempt ?? 1);
        stored = next.stored;
      }
    }),
  );
});

test("in any state, the same upsert a second time is never applied again", () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1, maxLength: 8 }), (sequence) => {
      const stored = sequence.reduce(
        (before, record, now) => after(before, { id: "j", ...record }, now).stored,
        nothing,
      );
      const last = { id: "j", ...sequence.at(-1) };

      expect(["unchanged", "stale"]).toContain(after(stored, last, 99).outcome);
    }),
  );
});

test("a cleared field is removed, and one that was never there is not cleared again", () => {
  const job = { jobId: "j", status: "queued", state: "queued", attempt: 1, name: "n" } as Doc<"jobs">;
  const stored = { ...nothing, job };

  expect(decideUpsert(stored, jobChange({ id: "j", name: null }), 1).warm).toEqual({ name: undefined });
  expect(decideUpsert(stored, jobChange({ id: "j", type: null }), 1).outcome).toBe("unchanged");
});
