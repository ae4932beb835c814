import { afterAll, beforeAll, expect, test } from "vitest";
import { AsyncContext, bindToContexts, followPromises } from "./async-context.js";

// eslint-disable-next-line @typescript-eslint/unbound-method
const { then } = Promise.prototype;
beforeAll(followPromises);
afterAll(() => void (Promise.prototype.then = then));

test("each step of a chain of promises has the value of who made it, whoever lets it go on", () => {
  const context = new AsyncContext<string>();
  const seen: (string | undefined)[] = [];
  const look = () => void seen.push(context.getStore());
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const chains = [
    context.run("one", () => gate.then(look).then(look)),
    context.run("other", () => Promise.all([gate]).then(look)),
    context.run("failed", () => gate.then(() => Promise.reject(new Error("no"))).catch(look)),
    gate.then(look),
  ];
  context.run("whoever", open);
  look();
  return Promise.all(chains).then(() => {
    expect(seen[0]).toBeUndefined();
    expect(seen.slice(1).sort()).toEqual(["failed", "one", "one", "other", undefined]);
  });
});

test("a callback that is bound keeps the values of all contexts, and gives them back", () => {
  const one = new AsyncContext<number>();
  const two = new AsyncContext<string>();
  const bound = one.run(1, () => two.run("b", () => bindToContexts(() => [one.getStore(), two.getStore()])));
  expect(one.run(2, () => [bound(), one.getStore()])).toEqual([[1, "b"], 2]);
});
