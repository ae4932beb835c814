import { expect, test } from "vitest";
import { costsAmong, isOfMany, TICK } from "./cost.setup";
import type { Cost } from "./test.setup";

const TICK_BYTES = 400;

/** Documents and bytes of what is about one job; of what is about many, documents: ids and numbers differ in length. */
function comparable(costs: Record<string, Cost>) {
  return Object.fromEntries(
    Object.entries(costs).map(([name, cost]) => {
      const { documentsRead, documentsWritten } = cost;
      return [name, isOfMany(name) ? { documentsRead, documentsWritten } : cost];
    }),
  );
}

function ofOne(costs: Record<string, Cost>) {
  return Object.fromEntries(Object.entries(costs).filter(([name]) => !isOfMany(name)));
}

test("what an operation reads and writes does not grow with the jobs that are stored", async () => {
  const [none, some, more] = [await costsAmong(0), await costsAmong(100), await costsAmong(300)];

  expect(ofOne(some)).toEqual(ofOne(none));
  expect(comparable(more)).toEqual(comparable(some));
});

test("a progress tick writes two documents, the job's hot one and the writer's, and at most 400 bytes", async () => {
  const tick = (await costsAmong(10))[TICK];

  expect(tick?.documentsWritten).toBe(2);
  expect(tick?.bytesWritten).toBeLessThanOrEqual(TICK_BYTES);
});
