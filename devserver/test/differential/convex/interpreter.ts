/* eslint-disable @convex-dev/explicit-table-ids, @convex-dev/no-filter-in-query -- both forms are under test */
/** The Convex functions under test: they do what a generated list of operations says. */
import {
  actionGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
  type GenericDataModel,
  type GenericMutationCtx,
} from "convex/server";
import { ConvexError, v, type GenericId, type Value } from "convex/values";
import type { Bound, Condition, Operation, QuerySpec, Slots } from "../operations.js";

type Ctx = GenericMutationCtx<GenericDataModel>;
type Entry = { ok: Value } | { error: string };
interface Batch {
  operations: Operation[];
  fails: boolean;
  slots: Slots;
}

const batch = { operations: v.any(), fails: v.boolean(), slots: v.any() };
const runQuery = makeFunctionReference<"query">("interpreter:read");
const runMutation = makeFunctionReference<"mutation">("interpreter:write");

export const read = queryGeneric({
  args: batch,
  handler: (ctx, args) => interpret(ctx as unknown as Ctx, args),
});
export const write = mutationGeneric({
  args: batch,
  handler: (ctx, args) => interpret(ctx as unknown as Ctx, args),
});

export const page = queryGeneric({
  args: { query: v.any(), options: v.any(), slots: v.any() },
  handler: async (ctx, { query, options, slots }) =>
    prepare(ctx as unknown as Ctx, query as QuerySpec, slots as Slots).paginate(options as never),
});

export const act = actionGeneric({
  args: { storeBytes: v.array(v.number()), calls: v.any(), slots: v.any() },
  handler: async (ctx, { storeBytes, calls, slots }) => {
    const known = slots as Slots;
    for (const size of storeBytes) known.files.push(await ctx.storage.store(new Blob(["x".repeat(size)])));
    const results: Value[] = [];
    for (const call of calls as { operations: Operation[]; fails: boolean }[]) {
      try {
        const result = (await ctx.runMutation(runMutation, {
          ...call,
          slots: known as unknown as Value,
        })) as {
          results: Value;
          slots: Slots;
        };
        Object.assign(known, result.slots);
        results.push(result.results);
      } catch (error) {
        results.push(label(error));
      }
    }
    return { results, slots: known as unknown as Value };
  },
});

export const wipe = mutationGeneric({
  args: { tables: v.array(v.string()) },
  handler: async (ctx, { tables }) => {
    for (const table of tables) {
      const documents = (await ctx.db.query(table).collect()) as { _id: GenericId<string> }[];
      for (const { _id } of documents) await ctx.db.delete(_id);
    }
    for (const job of await ctx.db.system.query("_scheduled_functions").collect())
      await ctx.scheduler.cancel(job._id);
    for (const file of await ctx.db.system.query("_storage").collect()) await ctx.storage.delete(file._id);
  },
});

async function interpret(ctx: Ctx, { operations, fails, slots }: Batch): Promise<Value> {
  const results: Entry[] = [];
  for (const operation of operations) {
    try {
      results.push({ ok: (await perform(ctx, operation, slots)) ?? null });
    } catch (error) {
      results.push({ error: label(error) });
    }
  }
  if (fails) throw new ConvexError({ asked: "to fail" });
  return { results, slots: slots as unknown as Value };
}

async function perform(ctx: Ctx, operation: Operation, slots: Slots): Promise<Value | undefined> {
  switch (operation.type) {
    case "insert":
      slots.documents.push(await ctx.db.insert(operation.table, resolve(operation.value, slots)));
      return undefined;
    case "query":
      return runQueryOperation(ctx, operation, slots);
    case "nested":
      return nest(ctx, operation, slots);
    case "normalizeId":
      return ctx.db.normalizeId(operation.table, slots.documents[operation.slot] ?? "nonsense");
    case "schedule":
      slots.schedules.push(
        await ctx.scheduler.runAfter(operation.later ? 3_600_000 : 0, runMutation, {
          operations: operation.operations as unknown as Value,
          fails: operation.fails,
          slots: structuredClone(slots) as unknown as Value,
        }),
      );
      return undefined;
    case "readSchedules":
      return Promise.all(
        slots.schedules.map((id) => stateOfSchedule(ctx, id as GenericId<"_scheduled_functions">)),
      );
    case "cancel":
      return cancel(ctx, slots.schedules[operation.slot] as GenericId<"_scheduled_functions"> | undefined);
    case "readFile":
    case "deleteFile":
      return onFile(ctx, operation.type, slots.files[operation.slot] as GenericId<"_storage"> | undefined);
    default:
      return onDocument(ctx, operation, slots);
  }
}

/** Only what is pending: the mock also cancels what is over, Convex does not. */
async function cancel(ctx: Ctx, id: GenericId<"_scheduled_functions"> | undefined): Promise<undefined> {
  if (id !== undefined && (await stateOfSchedule(ctx, id)) === "pending") await ctx.scheduler.cancel(id);
}

async function stateOfSchedule(ctx: Ctx, id: GenericId<"_scheduled_functions">): Promise<Value> {
  return (await ctx.db.system.get(id))?.state.kind ?? null;
}

async function onFile(
  ctx: Ctx,
  type: "readFile" | "deleteFile",
  id: GenericId<"_storage"> | undefined,
): Promise<Value | undefined> {
  if (id === undefined) return undefined;
  if (type === "deleteFile") return void (await ctx.storage.delete(id));
  const row = await ctx.db.system.get(id);
  return { row: row && { size: row.size, sha256: row.sha256 }, url: (await ctx.storage.getUrl(id)) !== null };
}

async function onDocument(
  ctx: Ctx,
  operation: Extract<Operation, { type: "get" | "delete" | "replace" | "patch" }>,
  slots: Slots,
): Promise<Value | undefined> {
  const id = slots.documents[operation.slot] as GenericId<string> | undefined;
  if (id === undefined) return undefined;
  switch (operation.type) {
    case "get":
      return await ctx.db.get(id);
    case "delete":
      return void (await ctx.db.delete(id));
    case "replace":
      return void (await ctx.db.replace(id, resolve(operation.value, slots)));
    case "patch": {
      const unset = Object.fromEntries(operation.unset.map((name) => [name, undefined]));
      return void (await ctx.db.patch(id, { ...resolve(operation.value, slots), ...unset }));
    }
  }
}

/** The child gets copies of the slots: what it inserted is lost with it if it fails. */
async function nest(
  ctx: Ctx,
  { kind, operations, fails }: Extract<Operation, { type: "nested" }>,
  slots: Slots,
): Promise<Value> {
  const args = { operations: operations as unknown as Value, fails, slots: slots as unknown as Value };
  const result = (await (kind === "query"
    ? ctx.runQuery(runQuery, args)
    : ctx.runMutation(runMutation, args))) as {
    results: Value;
    slots: Slots;
  };
  Object.assign(slots, result.slots);
  return result.results;
}

async function runQueryOperation(
  ctx: Ctx,
  { query, take }: Extract<Operation, { type: "query" }>,
  slots: Slots,
): Promise<Value> {
  const prepared = prepare(ctx, query, slots);
  if (take === "collect") return prepared.collect();
  if (take === "first") return await prepared.first();
  if (take === "unique") return await prepared.unique();
  if (take === "count") return (await prepared.collect()).length;
  return prepared.take(take);
}

function prepare(ctx: Ctx, spec: QuerySpec, slots: Slots) {
  const initial = ctx.db.query(spec.table);
  const ranged =
    spec.index === undefined
      ? initial.fullTableScan()
      : initial.withIndex(spec.index, (q) => bound(q, spec.bounds, slots));
  const ordered = spec.order === undefined ? ranged : ranged.order(spec.order);
  return spec.filters.reduce(
    (query, condition) => query.filter((q) => express(q, condition) as never),
    ordered,
  );
}

function bound(builder: unknown, bounds: Bound[], slots: Slots): never {
  let q = builder as Record<Bound["type"], (field: string, value: Value | undefined) => typeof q>;
  for (const { type, field, value } of bounds) q = q[type](field, resolveValue(value, slots));
  return q as never;
}

interface Expressions {
  field(path: string): unknown;
  and(...parts: unknown[]): unknown;
  or(...parts: unknown[]): unknown;
  not(part: unknown): unknown;
  eq(left: unknown, right: unknown): unknown;
}

function express(builder: unknown, condition: Condition): unknown {
  const q = builder as Expressions & Record<string, (left: unknown, right: unknown) => unknown>;
  if (condition.type === "not") return q.not(express(q, condition.part));
  if (condition.type === "and" || condition.type === "or") {
    return q[condition.type](...condition.parts.map((part) => express(q, part)));
  }
  const { type, field, value } = condition as Extract<Condition, { field: string }>;
  return q[type]!(q.field(field), value);
}

/** `"slot:3"` stands for an id. */
function resolve(value: { [field: string]: Value }, slots: Slots): { [field: string]: Value } {
  return resolveValue<{ [field: string]: Value }>(value, slots);
}

function resolveValue<T extends Value | undefined>(value: T, slots: Slots): T {
  if (typeof value === "string" && value.startsWith("slot:")) {
    return (slots.documents[Number(value.slice(5))] ?? "nonsense") as T;
  }
  if (Array.isArray(value)) return value.map((element) => resolveValue(element, slots)) as unknown as T;
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, resolveValue(field as Value, slots)]),
  ) as T;
}

const LABELS: [RegExp, string][] = [
  // The last is how the mock trips over null where an object is declared.
  [/does not match the schema|Validator error|Cannot convert undefined or null/, "does not match the schema"],
  [/Incorrect (field|operator) used/, "incorrect index range"],
  [/unique\(\) query returned more than one/, "not unique"],
  [/non-?existent doc/i, "no such document"],
  [/asked/, "asked to fail"],
];

/** The two sides word their errors differently: what is compared is their kind. */
function label(error: unknown): string {
  const { message } = error as Error;
  return LABELS.find(([pattern]) => pattern.test(message))?.[1] ?? message;
}
