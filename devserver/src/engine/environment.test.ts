import { expect, test } from "vitest";
import { Environment } from "./environment.js";
import { Store } from "./store.js";

const make = () => new Environment(new Store(() => 0));

test("values are set, replaced and removed, and listed by name", () => {
  const environment = make();
  environment.update({ B: "1", A: "2" });
  environment.update({ B: "3", A: null, C: "" });
  expect(environment.list()).toEqual({ B: "3", C: "" });
});

test.each(["", "1A", "A-B", "A B", "x".repeat(257)])(
  "the name %.20j is refused, and nothing of that update applies",
  (name) => {
    const environment = make();
    expect(() => environment.update({ GOOD: "1", [name]: "2" })).toThrow("is not valid");
    expect(environment.list()).toEqual({});
  },
);

test("a value over 8 KiB is refused without repeating it", () => {
  const secret = "s".repeat(8193);
  expect(() => make().update({ SECRET: secret })).toThrow(
    /^The value of environment variable SECRET is larger/,
  );
});
