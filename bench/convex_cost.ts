/**
 * What each operation of the backend reads and writes, by convex-test's metering, with 0, 1,000 and 100,000 other
 * jobs stored. The naive way beside it is one document a job, which every progress tick rewrites.
 */
import { getConvexSize } from "convex/values";
import { expect, test } from "vitest";
import { costsAmong, PAYLOAD, RECORD } from "../convex/cost.setup";
import type { Cost } from "../convex/test.setup";

async function measure(others: number): Promise<Record<string, Cost>> {
  const costs = await costsAmong(others);
  console.log(
    `${others} other jobs stored; documents and bytes of each operation, writer bookkeeping included`,
  );
  console.table(costs);
  return costs;
}

function documents(costs: Record<string, Cost>) {
  return Object.entries(costs).map(([name, { documentsRead, documentsWritten }]) => ({
    name,
    documentsRead,
    documentsWritten,
  }));
}

test("no operation reads or writes more documents with 100,000 jobs stored than with 1,000", async () => {
  const wide = getConvexSize({ ...RECORD, ...PAYLOAD, attempt: 1, createdAt: 0, updatedAt: 0 });
  await measure(0);
  const some = await measure(1000);
  const many = await measure(100_000);
  console.log(`one document a job: every progress would read and write ${wide} bytes of it`);

  expect(documents(many)).toEqual(documents(some));
});
