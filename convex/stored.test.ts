/** What earlier versions stored: a deploy of this one must take it as it is (`contract/stored.json`). */
import { expect, test } from "vitest";
import type { TableNames } from "./_generated/dataModel";
import { deployment } from "./test.setup";
import stored from "../contract/stored.json";

const TABLES = Object.entries(stored.tables) as [TableNames, object][];

test.each(TABLES)("documents of %s that the first version stored fit the schema", async (table, document) => {
  const t = deployment();

  const id = await t.run(async ({ db, storage }) => {
    const job = await db.insert("jobs", stored.tables.jobs as never);
    const file = await storage.store(new Blob(["abc"]));
    const ids: Record<string, string> = { "<job>": job, "<file>": file };
    const entries = Object.entries(document).map(([field, value]: [string, unknown]) => {
      return [field, ids[value as string] ?? value];
    });
    return await db.insert(table, Object.fromEntries(entries) as never);
  });

  expect(await t.run(({ db }) => db.get(table, id as never))).not.toBeNull();
});
