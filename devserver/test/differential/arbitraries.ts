/** Generators of schemas and of sequences of steps. */
import { defineSchema, defineTable, type SchemaDefinition } from "convex/server";
import { v, type GenericValidator, type Value } from "convex/values";
import fc from "fast-check";
import type { Bound, Condition, Operation, QuerySpec, Step } from "./operations.js";

export const TABLES = ["t0", "t1"];
const PATHS = ["a", "b", "o.x", "rank"];

export interface GeneratedSchema {
  definition: SchemaDefinition<never, boolean>;
  /** Fields by table and index. */
  indexes: Record<string, Record<string, string[]>>;
}

const validators: fc.Arbitrary<GenericValidator> = fc.oneof(
  fc.constantFrom<GenericValidator>(
    v.string(),
    v.number(),
    v.int64(),
    v.bytes(),
    v.null(),
    v.boolean(),
    v.id("t0"),
    v.literal("one"),
    v.array(v.number()),
    v.union(v.string(), v.null()),
    v.object({ p: v.number(), q: v.optional(v.string()) }),
    v.array(v.union(v.literal(1), v.object({ deep: v.id("t1") }))),
  ),
);

const tables = fc.record({
  typed: validators,
  indexes: fc.array(fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  }),
});

export const schemas: fc.Arbitrary<GeneratedSchema> = fc
  .tuple(tables, tables, fc.boolean())
  .map(([t0, t1, strict]) => {
    const indexes: GeneratedSchema["indexes"] = {};
    const make = (name: string, { typed, indexes: fields }: typeof t0) => {
      const table = defineTable({
        a: v.any(),
        b: v.optional(v.any()),
        o: v.optional(v.object({ x: v.optional(v.any()) })),
        rank: v.number(),
        typed: v.optional(typed as never),
      });
      indexes[name] = Object.fromEntries(fields.map((paths, at) => [`index${at}`, paths]));
      for (const [index, paths] of Object.entries(indexes[name])) table.index(index, paths as never);
      return table;
    };
    const definition = defineSchema({ t0: make("t0", t0), t1: make("t1", t1) }, { schemaValidation: strict });
    return { definition: definition as never, indexes };
  });

const small = fc.integer({ min: -2, max: 3 });
/**
 * Few distinct values of every type, so that ranges meet documents and types meet each other. Only one id
 * is among them: how ids compare with each other differs between the sides.
 */
const leaves: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: small },
  fc.constantFrom<Value>(null, true, false, 0.5, -0, NaN, Infinity, -Infinity, 1e300),
  fc.constantFrom<Value>(-3n, 0n, 3n, 2n ** 62n),
  fc.constantFrom<Value>("", "a", "b", "ab", "a\u0000", "é", "\uffff", "😀", "slot:0"),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => new Uint8Array(bytes).buffer),
);
const values: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: leaves },
  fc.array(leaves, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("k", "l", "m"), leaves, { maxKeys: 2 }).map((fields) => ({ ...fields })),
);

const typedValues = fc.oneof(
  leaves,
  fc.constantFrom<Value>("one", [1, 2], [], { p: 1 }, { p: 1, q: "x" }, { p: 1, r: 1 }, "slot:1", [
    1,
    { deep: "slot:0" },
  ]),
);

const documents = fc
  .record(
    {
      a: values,
      b: values,
      o: fc.record({ x: values }, { requiredKeys: [] }),
      rank: small,
      typed: typedValues,
      other: leaves,
    },
    { requiredKeys: ["a", "rank"] },
  )
  .map(({ other, ...fields }): { [field: string]: Value } =>
    // An undeclared field now and then: refused where the schema is enforced.
    other === null ? { ...fields, other } : (fields as { [field: string]: Value }),
  );

const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.record({ type: fc.constantFrom("eq", "neq"), field: fc.constantFrom(...PATHS, "_id"), value: leaves }),
    fc.record({
      type: fc.constantFrom("lt", "lte", "gt", "gte"),
      field: fc.constant("rank" as const),
      value: small,
    }),
    fc.record({
      type: fc.constantFrom("and", "or"),
      parts: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant("not"), part: tie("condition") }),
  ),
})).condition;

const LOWER = ["gt", "gte"] as const;
const UPPER = ["lt", "lte"] as const;

function bounds(fields: string[]): fc.Arbitrary<Bound[]> {
  const value = fc.option(values, { nil: undefined, freq: 8 });
  const valid = fc
    .tuple(
      fc.nat(fields.length),
      fc.array(value, { minLength: 8, maxLength: 8 }),
      fc.option(fc.constantFrom(...LOWER)),
      fc.option(fc.constantFrom(...UPPER)),
    )
    .map(([equalities, given, lower, upper]) => {
      const made: Bound[] = fields.slice(0, equalities).map((field, at) => makeBound("eq", field, given[at]));
      const next = fields[equalities];
      if (next !== undefined && lower) made.push(makeBound(lower, next, given[6]));
      if (next !== undefined && upper) made.push(makeBound(upper, next, given[7]));
      return made;
    });
  const anything = fc.array(
    fc
      .tuple(fc.constantFrom("eq", ...LOWER, ...UPPER), fc.constantFrom(...PATHS), value)
      .map((parts) => makeBound(...parts)),
    { maxLength: 3 },
  );
  return fc.oneof({ weight: 9, arbitrary: valid }, anything);
}

function makeBound(type: Bound["type"], field: string, value: Value | undefined): Bound {
  return value === undefined ? { type, field } : { type, field, value };
}

function queries({ indexes }: GeneratedSchema): fc.Arbitrary<QuerySpec> {
  const sources = TABLES.flatMap((table) => [
    fc.constant({ table, bounds: [] as Bound[] }),
    ...Object.entries(indexes[table]!).map(([index, fields]) =>
      bounds(fields).map((made) => ({ table, index, bounds: made })),
    ),
  ]);
  return fc
    .tuple(
      fc.oneof(...sources),
      fc.option(fc.constantFrom("asc" as const, "desc" as const)),
      fc.array(conditions, { maxLength: 2 }),
    )
    .map(([source, order, filters]) => ({ ...source, filters, ...(order ? { order } : {}) }));
}

const slots = fc.nat(7);

function operations(schema: GeneratedSchema): fc.Arbitrary<Operation> {
  const table = fc.constantFrom(...TABLES);
  const take = fc.oneof(fc.nat(4), fc.constantFrom("collect", "first", "unique", "count"));
  return fc.letrec<{ operation: Operation }>((tie) => {
    const inner = fc.array(tie("operation"), { maxLength: 4 });
    return {
      operation: fc.oneof(
        { maxDepth: 2 },
        { weight: 12, arbitrary: fc.record({ type: fc.constant("insert"), table, value: documents }) },
        { weight: 10, arbitrary: fc.record({ type: fc.constant("query"), query: queries(schema), take }) },
        { weight: 6, arbitrary: fc.record({ type: fc.constantFrom("get", "delete"), slot: slots }) },
        {
          weight: 3,
          arbitrary: fc.record({ type: fc.constant("patch"), slot: slots, value: patches, unset }),
        },
        fc.record({ type: fc.constant("replace"), slot: slots, value: documents }),
        fc.record({ type: fc.constant("normalizeId"), slot: slots, table }),
        fc.record({ type: fc.constantFrom("readFile", "deleteFile", "cancel"), slot: fc.nat(2) }),
        fc.record({ type: fc.constant("readSchedules") }),
        fc.record({ type: fc.constant("schedule"), later: rarely, operations: inner, fails: rarely }),
        {
          weight: 2,
          arbitrary: fc.record({ type: fc.constant("nested"), kind, operations: inner, fails: rarely }),
        },
      ),
    };
  }).operation;
}

const kind = fc.constantFrom("query", "mutation", "mutation");
const rarely = fc.integer({ min: 0, max: 4 }).map((n) => n === 0);
const patches = fc.record({ a: values, b: values, rank: small, typed: typedValues }, { requiredKeys: [] });
const unset = fc.subarray(["b", "o", "typed", "a"], { maxLength: 2 });

export function sequences(schema: GeneratedSchema): fc.Arbitrary<Step[]> {
  const operation = operations(schema);
  const list = fc.array(operation, { minLength: 1, maxLength: 6 });
  const call = fc.record({ type: fc.constant("call"), kind, operations: list, fails: rarely });
  const paginate = fc.record({
    type: fc.constant("paginate"),
    query: queries(schema),
    pageSize: fc.integer({ min: 1, max: 3 }),
    insertBetween: fc.array(
      fc.record({ type: fc.constant("insert"), table: fc.constantFrom(...TABLES), value: documents }),
      {
        maxLength: 2,
      },
    ),
  });
  const action = fc.record({
    type: fc.constant("action"),
    storeBytes: fc.array(fc.nat(40), { maxLength: 2 }),
    calls: fc.array(fc.record({ operations: list, fails: rarely }), { maxLength: 2 }),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: call },
    { weight: 2, arbitrary: paginate },
    action,
  ) as fc.Arbitrary<Step>;
  return fc.array(step.filter(hasDefinedOrder), { minLength: 1, maxLength: 6 });
}

/** Two functions that are due at once may run in either order. */
function hasDefinedOrder(step: Step): boolean {
  let immediate = 0;
  const count = (operations: Operation[]) => {
    for (const operation of operations) {
      if (operation.type === "schedule" && !operation.later) immediate += 1;
      if ("operations" in operation) count(operation.operations);
    }
  };
  if (step.type === "call") count(step.operations);
  if (step.type === "action") for (const { operations } of step.calls) count(operations);
  return immediate <= 1;
}
