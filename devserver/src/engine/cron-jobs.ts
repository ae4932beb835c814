/** Crons: one row each, made from what `crons.ts` exports, started at its time, never twice at once. */
import { convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import type { FunctionRef } from "./api.js";
import { exportCrons } from "./analysis.js";
import { firstRun, nextRun, type CronSchedule } from "./cron-schedule.js";
import type { ComponentInstance, Deployment } from "./deployment.js";
import { makeDocument, userFields, type Document, type Fields } from "./document.js";
import type { Runtime } from "./runtime.js";
import { schedulerCaller, type DueRows } from "./due-rows.js";
import { CRON_JOBS } from "./system-tables.js";
import type { Table } from "./table.js";
import type { Transaction } from "./transaction.js";

/** As `cronJobs().export()` gives it, by identifier. */
type CronSpecs = Record<string, { name: string; args: JSONValue; schedule: CronSchedule }>;

interface CronRow {
  identifier: string;
  function: string;
  args: Value;
  /** JSON text, so that a changed schedule is easily seen. */
  schedule: string;
  nextRun: number;
  running: boolean;
}

export class CronJobs implements DueRows {
  constructor(private readonly runtime: Runtime) {}

  /** Makes the rows say what this deployment's `crons.ts` files say; a cron that did not change keeps its time. */
  declare(deployment: Deployment): void {
    this.runtime.write((transaction) => {
      for (const instance of deployment.components.values()) this.#declareIn(transaction, instance);
      for (const table of this.runtime.store.allTables()) {
        if (table.name !== CRON_JOBS || deployment.components.has(table.component)) continue;
        for (const id of table.documents.keys()) transaction.put(table, id, null);
      }
    });
  }

  dueTime(row: Document): number | null {
    const { running, nextRun } = cronOf(row);
    return running ? null : nextRun;
  }

  recover(table: Table, row: Document): void {
    if (cronOf(row).running) this.#finish(table, row.id);
  }

  async start(table: Table, row: Document): Promise<void> {
    const ref = refOf(table, row);
    const args = convexToJson(cronOf(row).args);
    if (this.isAction(table, row)) {
      this.runtime.write((transaction) => update(transaction, table, row.id, () => ({ running: true })));
      await this.runtime.runner.action(ref, args, schedulerCaller(row.id));
      return this.#finish(table, row.id);
    }
    const { outcome } = await this.runtime.runner.mutation(ref, args, schedulerCaller(row.id), {
      begin: (transaction) => transaction.get(table, row.id) !== null,
      finish: (transaction) => this.#moveOn(transaction, table, row.id),
    });
    if (!outcome.ok) this.#finish(table, row.id);
  }

  isAction(table: Table, row: Document): boolean {
    return this.runtime.deployment.find(refOf(table, row))?.kind === "action";
  }

  #finish(table: Table, id: string): void {
    this.runtime.write((transaction) => this.#moveOn(transaction, table, id));
  }

  /** Runs that were missed meanwhile are skipped. */
  #moveOn(transaction: Transaction, table: Table, id: string): void {
    const now = this.runtime.now();
    update(transaction, table, id, (cron) => {
      const schedule = JSON.parse(cron.schedule) as CronSchedule;
      const fromLast = nextRun(schedule, cron.nextRun);
      return { running: false, nextRun: fromLast > now ? fromLast : nextRun(schedule, now) };
    });
  }

  #declareIn(transaction: Transaction, instance: ComponentInstance): void {
    const specs = (exportCrons(instance.module("crons")) ?? {}) as unknown as CronSpecs;
    const table = this.runtime.store.table(instance.path, CRON_JOBS);
    const known = new Set<string>();
    for (const [id, row] of table.documents) {
      const { identifier } = cronOf(row);
      const spec = specs[identifier];
      if (spec && sameSpec(spec, row)) known.add(identifier);
      else transaction.put(table, id, null);
    }
    for (const [identifier, spec] of Object.entries(specs)) {
      if (!known.has(identifier)) this.runtime.insert(transaction, table, this.#newRow(identifier, spec));
    }
  }

  #newRow(identifier: string, { name, args, schedule }: CronSpecs[string]): Fields {
    const row: CronRow = {
      identifier,
      function: name,
      args: jsonToConvex(args),
      schedule: JSON.stringify(schedule),
      nextRun: firstRun(schedule, this.runtime.now()),
      running: false,
    };
    return row as unknown as Fields;
  }
}

function cronOf(row: Document): CronRow {
  return row.value as unknown as CronRow;
}

function refOf({ component }: Table, row: Document): FunctionRef {
  return { component, path: cronOf(row).function };
}

function sameSpec({ name, args, schedule }: CronSpecs[string], row: Document): boolean {
  const cron = cronOf(row);
  const sameArgs =
    JSON.stringify(convexToJson(jsonToConvex(args))) === JSON.stringify(convexToJson(cron.args));
  return cron.function === name && cron.schedule === JSON.stringify(schedule) && sameArgs;
}

function update(
  transaction: Transaction,
  table: Table,
  id: string,
  change: (cron: CronRow) => Partial<CronRow>,
): void {
  const row = transaction.get(table, id);
  if (row === null) return;
  const next = { ...userFields(row), ...change(cronOf(row)) } as Fields;
  transaction.put(table, id, makeDocument(id, row.creationTime, next));
}
