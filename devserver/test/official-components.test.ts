import { expect, test } from "vitest";
import type { Engine } from "../src/engine/api.js";
import { mutate, open, openApp, query, temporaryFolder } from "./engine-harness.js";

test("aggregate, with the component inside it, and sharded counter keep their own tables", async () => {
  const engine = await openApp("official-components");
  for (const points of [3, 30, 7]) await mutate(engine, "scores:add", { player: "ada", points });
  expect(await query(engine, "scores:summary", { player: "ada" })).toEqual({
    count: 3,
    sumOfBest: 30,
    below10: 2,
    byPlayer: 3,
    inOtherInstance: 0,
  });
  expect(engine.inspect.components()).toEqual(
    expect.arrayContaining([
      "",
      "aggregate",
      "aggregate/batchWorker",
      "otherCounter",
      "shardedCounter",
      "workpool",
    ]),
  );
});

test("a workpool runs what was enqueued and reports each completion once", async () => {
  const engine = await openApp("official-components");
  await mutate(engine, "tasks:start", { tasks: ["a", "b", "c", "d", "e"] });
  await until(engine, async () => ((await query(engine, "tasks:finished", {})) as unknown[]).length >= 5);
  const finished = (await query(engine, "tasks:finished", {})) as { task: string; state: string }[];
  expect(finished.map(({ task, state }) => `${task} ${state}`).sort()).toEqual([
    "a success",
    "b success",
    "c success",
    "d success",
    "e success",
  ]);
});

test("components' data is there after a restart", async () => {
  const folder = temporaryFolder();
  const first = await openApp("official-components", folder);
  await mutate(first, "scores:add", { player: "ada", points: 5 });
  await first.close();
  const second = await open(folder);
  expect(await query(second, "scores:summary", { player: "ada" })).toMatchObject({ count: 1, byPlayer: 1 });
});

/** Asks again after each commit. */
async function until(engine: Engine, done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) {
    await new Promise<void>((resolve) => {
      const stop = engine.onCommit(() => {
        stop();
        resolve();
      });
    });
  }
}
