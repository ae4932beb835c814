import { expect, test } from "vitest";
import { CommitGate } from "./commit-gate.js";

test("who runs alone holds everyone else's commit until it has ended, also when it fails", async () => {
  const gate = new CommitGate();
  const events: string[] = [];
  let end = (_error: Error): void => undefined;
  const alone = gate.runAlone(true, () => new Promise<void>((_, reject) => (end = reject)));
  const other = gate.passed().then(() => events.push("other commits"));
  await Promise.resolve();
  events.push("alone ends");
  end(new Error("failed"));
  await expect(alone).rejects.toThrow("failed");
  await other;
  expect(events).toEqual(["alone ends", "other commits"]);
});

test("those who run alone run one after another", async () => {
  const gate = new CommitGate();
  let running = 0;
  let most = 0;
  const body = async () => {
    most = Math.max(most, (running += 1));
    await Promise.resolve();
    running -= 1;
  };
  await Promise.all([gate.runAlone(true, body), gate.runAlone(true, body), gate.runAlone(true, body)]);
  expect(most).toBe(1);
});
