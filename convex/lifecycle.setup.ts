/** How the tests of a job's life send commands, let time pass and bring a job into a state. */
import { vi } from "vitest";
import { api } from "./_generated/api";
import type { State } from "./model/lifecycle";
import { type Deployment, deployment, tokenFor } from "./test.setup";
import type { BatchReceipt } from "./validators";

export const LEASE_MS = 10_000;

/** One job "j" on a deployment of its own, at a time that only passes when told to. */
export class Life {
  readonly t: Deployment = deployment();
  private seq = 0;

  private constructor(readonly token: string) {}

  static async begin(): Promise<Life> {
    vi.useFakeTimers();
    return new Life(await tokenFor("write", { expiresIn: 1_000_000 }));
  }

  async send(kind: string, fields: object = {}): Promise<BatchReceipt> {
    const { token } = this;
    const commands = [{ kind, jobId: "j", ...fields }];
    const batch = { token, writerId: "w", firstSeq: ++this.seq, commands };
    const { receipts } = await this.t.mutation(api.ingest.apply, batch);
    return receipts[0] as BatchReceipt;
  }

  create(record: object = {}) {
    return this.send("create", { record: { id: "j", ...record } });
  }

  read() {
    return this.t.query(api.jobs.getByJobId, { token: this.token, jobId: "j" });
  }

  async pass(ms: number) {
    vi.advanceTimersByTime(ms);
    await this.t.finishInProgressScheduledFunctions();
  }

  /** The watchers that are still to look. */
  watchers() {
    return this.t.run(async ({ db }) => {
      const scheduled = await db.system.query("_scheduled_functions").take(100);
      return scheduled.filter(({ state }) => state.kind === "pending");
    });
  }

  /** Every document that belongs to a job, so that "writes nothing" can be said of all of them. */
  everything() {
    return this.t.run(async ({ db }) => ({
      jobs: await db.query("jobs").take(10),
      progress: await db.query("jobProgress").take(10),
      details: await db.query("jobDetails").take(10),
      counts: await db.query("jobCounts").take(100),
    }));
  }

  async bringTo(state: State, record: object = {}) {
    await this.create(record);
    if (state === "queued") return;
    await this.send("start", { leaseMs: LEASE_MS });
    if (state === "lost") await this.pass(LEASE_MS);
    if (state === "succeeded") await this.send("complete");
    if (state === "failed") await this.send("fail", { error: "boom", retryable: false });
    if (state === "canceled") await this.send("cancel", { done: true });
  }
}
