/**
 * Starts scheduled functions and crons when they are due.
 *
 * Both are rows, so what is due survives with the journal; this class only keeps their times in order and
 * one timer over the earliest. Mutations run exactly once, because their row changes in the same commit;
 * actions at most once, because their row says "in progress" before they start.
 */
import { outsideCalls } from "./call.js";
import { CronJobs } from "./cron-jobs.js";
import type { Deployment } from "./deployment.js";
import type { Document } from "./document.js";
import type { DueRows } from "./due-rows.js";
import { orderKey } from "./order-key.js";
import type { AppliedCommit } from "./read-set.js";
import type { Runtime } from "./runtime.js";
import { ScheduledFunctions } from "./scheduled-functions.js";
import { SortedMap } from "./sorted-map.js";
import { CRON_JOBS, SCHEDULED_FUNCTIONS } from "./system-tables.js";
import type { Table } from "./table.js";

/** Longer timeouts than 24.8 days fire at once, and a clock may be set meanwhile. */
const MAX_SLEEP_MS = 24 * 3600 * 1000;
const MAX_RUNNING = 64;

/** How long moved time stands still for an action: what it waits for may come only afterwards. */
const ACTION_PATIENCE_MS = 1000;

interface Running {
  ended: Promise<void>;
  isAction: boolean;
  /** Its end has been waited for long enough. */
  slow: boolean;
}

interface DueRow {
  table: Table;
  row: Document;
}

export class Scheduler {
  readonly #kinds: Map<string, DueRows>;
  readonly #crons: CronJobs;
  readonly #due = new SortedMap<DueRow>();
  readonly #running = new Map<string, Running>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(private readonly runtime: Runtime) {
    this.#crons = new CronJobs(runtime);
    this.#kinds = new Map<string, DueRows>([
      [SCHEDULED_FUNCTIONS, new ScheduledFunctions(runtime)],
      [CRON_JOBS, this.#crons],
    ]);
  }

  declareCrons(deployment: Deployment): void {
    this.#crons.declare(deployment);
  }

  start(): void {
    this.#stopped = false;
    for (const table of this.runtime.store.allTables()) {
      const kind = this.#kinds.get(table.name);
      for (const row of kind ? [...table.documents.values()] : []) kind!.recover(table, row);
    }
    for (const table of this.runtime.store.allTables()) {
      for (const row of table.documents.values()) this.#add(table, row);
    }
    this.runtime.store.listeners.add((commit) => this.#follow(commit));
    this.#arm();
  }

  /** Starts nothing more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Runs what is due, and what comes due by that; resolves when all of it has ended, but for slow actions. */
  async catchUp(): Promise<void> {
    this.#startDue();
    for (let awaited = this.#awaited(); awaited.length > 0; awaited = this.#awaited()) {
      await endOf(awaited);
      // What schedules itself again at once must not keep the process from everything else.
      await new Promise((resolve) => setImmediate(resolve));
      this.#startDue();
    }
  }

  #awaited(): Running[] {
    return [...this.#running.values()].filter(({ slow }) => !slow);
  }

  nextScheduled(): number | null {
    for (let entry = this.#due.atOrAfter(""); entry; entry = this.#due.atOrAfter(entry[0] + "\x00")) {
      const { table, row } = entry[1];
      if (table.name === SCHEDULED_FUNCTIONS) return this.#kinds.get(table.name)!.dueTime(row);
    }
    return null;
  }

  #follow(commit: AppliedCommit): void {
    let changed = false;
    for (const { table, before, after } of commit.writes) {
      if (!this.#kinds.has(table.name)) continue;
      if (before) this.#remove(table, before);
      if (after) this.#add(table, after);
      changed = true;
    }
    if (changed) this.#arm();
  }

  #add(table: Table, row: Document): void {
    const time = this.#kinds.get(table.name)?.dueTime(row) ?? null;
    if (time !== null) this.#due.set(dueKey(time, row), { table, row });
  }

  #remove(table: Table, row: Document): void {
    const time = this.#kinds.get(table.name)!.dueTime(row);
    if (time !== null) this.#due.delete(dueKey(time, row));
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#due.atOrAfter("")?.[1];
    if (this.#stopped || next === undefined || this.#running.size >= MAX_RUNNING) return;
    const delay = this.#kinds.get(next.table.name)!.dueTime(next.row)! - this.runtime.now();
    this.#timer = outsideCalls(() =>
      setTimeout(() => this.#startDue(), Math.min(Math.max(0, delay), MAX_SLEEP_MS)),
    );
  }

  #startDue(): void {
    const now = orderKey(this.runtime.now()) + "\xff";
    for (let entry = this.#due.atOrAfter(""); entry && entry[0] < now; entry = this.#due.atOrAfter("")) {
      if (this.#running.size >= MAX_RUNNING) return;
      this.#due.delete(entry[0]);
      this.#start(entry[1]);
    }
    this.#arm();
  }

  #start({ table, row }: DueRow): void {
    const kind = this.#kinds.get(table.name)!;
    const isAction = kind.isAction(table, row);
    const ended = kind
      .start(table, row)
      .catch((error: unknown) => {
        // Nothing but the journal fails here: what was not recorded is put right at the next start.
        if (!this.#stopped)
          console.error(`The scheduled run of ${table.name} ${row.id} could not be recorded:`, error);
      })
      .finally(() => {
        this.#running.delete(row.id);
        this.#arm();
      });
    this.#running.set(row.id, { ended, isAction, slow: false });
  }
}

/** Waits for mutations to the end, and for actions for a while. */
async function endOf(running: Running[]): Promise<void> {
  const waiting = new Set(running);
  const ended = running.map((each) => each.ended.finally(() => waiting.delete(each)));
  await Promise.all(ended.filter((_, at) => !running[at]!.isAction));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, ACTION_PATIENCE_MS)));
  await Promise.race([Promise.all(ended), patience]);
  clearTimeout(timer);
  for (const each of waiting) each.slow = true;
}

/** Rows that are due at the same time start in the order in which they were made. */
function dueKey(time: number, row: Document): string {
  return orderKey(time) + orderKey(row.creationTime) + row.id;
}
