import fc from "fast-check";
import { expect, test } from "vitest";
import type { Doc } from "../_generated/dataModel";
import { type Decision, hasFields, type Update } from "./documentChanges";
import { decideWatch } from "./leaseRules";
import { isTerminal } from "./lifecycle";
import { decideLifecycle, type ExistingJob, type LifecycleCommand } from "./lifecycleRules";

const NEW = {
  job: { jobId: "j", state: "queued", status: "queued", attempt: 1, maxAttempts: 2 } as Doc<"jobs">,
  progress: null,
  details: null,
} as ExistingJob;

const commands = fc.oneof(
  fc.constant<LifecycleCommand>({ kind: "start", leaseMs: 5000 }),
  fc.constantFrom<LifecycleCommand>({ kind: "heartbeat" }, { kind: "progress", hot: { progress: 1 } }),
  fc.constantFrom<LifecycleCommand>({ kind: "complete", result: 1 }, { kind: "retry" }),
  fc.record({ kind: fc.constant("fail" as const), retryable: fc.boolean() }),
  fc.record({ kind: fc.constant("cancel" as const), done: fc.boolean() }),
);

/** A command of the job's attempt, of an older one or, if it begins one, of a newer one; or a watcher that looks. */
const steps = fc.record({
  command: fc.option(commands, { nil: null }),
  age: fc.constantFrom<Age>("older", "same", "newer"),
  passes: fc.integer({ min: 0, max: 20_000 }),
});

type Age = "older" | "same" | "newer";
const BY_AGE = { older: -1, same: 0, newer: 1 };

function patched<Document>(document: Document, update: Update): Document {
  return hasFields(update) ? { ...document, ...update } : document;
}

function after({ job, progress, details }: ExistingJob, { warm, hot, cold }: Decision): ExistingJob {
  return { job: patched(job, warm), progress: patched(progress, hot), details: patched(details, cold) };
}

type Step = { before: ExistingJob; after: ExistingJob; kind: string; age: Age; outcome: string };

function story(sequence: { command: LifecycleCommand | null; age: Age; passes: number }[]): Step[] {
  let stored = NEW;
  let now = 1_000_000;
  return sequence.map(({ command, age: wanted, passes }) => {
    const age = wanted === "newer" && command?.kind !== "start" ? "same" : wanted;
    now += passes;
    const before = stored;
    const { attempt } = before.job;
    const decision =
      command === null
        ? decideWatch(before, attempt, { now, random: 0.5 }).decision
        : decideLifecycle(before, command, attempt + BY_AGE[age], { now, random: 0.5 });
    if (decision !== null) stored = after(before, decision);
    return {
      before,
      after: stored,
      kind: command?.kind ?? "watch",
      age,
      outcome: decision?.outcome ?? "unchanged",
    };
  });
}

test("in any story a job that is over is reopened by nothing but a retry, and one that failed by a newer attempt", () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 30 }), (sequence) => {
      for (const { before, after, kind, age } of story(sequence)) {
        const reopens = kind === "retry" || (age === "newer" && before.job.state === "failed");
        if (isTerminal(before.job.state) && !reopens) expect(after.job).toEqual(before.job);
      }
    }),
  );
});

test("in any story an attempt is counted once: by one, when the job goes back to the queue or a newer one begins", () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 30 }), (sequence) => {
      for (const { before, after, age } of story(sequence)) {
        const grown = after.job.attempt - before.job.attempt;
        expect([0, 1]).toContain(grown);
        if (grown === 1) expect(after.job.state).toBe(age === "newer" ? "running" : "queued");
        expect(after.job.attempt).toBeLessThanOrEqual(Math.max(after.job.maxAttempts, 1));
      }
    }),
  );
});

test("in any story what is stale, or of an older attempt, changes nothing", () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 30 }), (sequence) => {
      for (const { before, after, kind, age, outcome } of story(sequence)) {
        if (kind !== "watch" && age === "older") expect(outcome).toBe("stale");
        if (outcome === "stale") expect(after).toEqual(before);
      }
    }),
  );
});

test("in any story a job has an end exactly when it is over, and waits only in the queue", () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 30 }), (sequence) => {
      for (const { after } of story(sequence)) {
        const { state, finishedAt, nextAttemptAt } = after.job;
        expect(finishedAt !== undefined).toBe(isTerminal(state));
        if (nextAttemptAt !== undefined) expect(state).toBe("queued");
      }
    }),
  );
});
