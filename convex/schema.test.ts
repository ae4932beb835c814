import { describe, expect, test } from "vitest";
import schema from "./schema";

type Table = { " indexes"(): { indexDescriptor: string; fields: string[] }[] };

const tables = Object.entries(schema.tables as unknown as Record<string, Table>);

describe.each(tables)("the indexes of %s", (_, table) => {
  const indexes = table[" indexes"]();

  test("are named after their fields", () => {
    expect(indexes.map(({ indexDescriptor }) => indexDescriptor)).toEqual(
      indexes.map(({ fields }) => `by_${fields.join("_")}`),
    );
  });

  test("are none the beginning of another", () => {
    const names = indexes.map(({ fields }) => fields.join(","));

    expect(names.filter((name) => names.some((other) => other.startsWith(`${name},`)))).toEqual([]);
  });
});

test("every table but jobs, what is about many of them, watches and writers belongs to a job by its id", () => {
  const own = ["jobs", "jobCounts", "retention", "watches", "writers"];
  const children = tables.map(([name]) => name).filter((name) => !own.includes(name));
  const references = children.map((name) =>
    JSON.stringify(schema.tables[name as "jobAssets"].validator.fields.job),
  );

  expect(references.every((reference) => reference.includes('"tableName":"jobs"'))).toBe(true);
});
