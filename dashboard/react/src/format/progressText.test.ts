import { expect, test } from "vitest";
import { progressText } from "./progressText";

test.each([
  [{}, ""],
  [{ progress: 99.9 }, "99 %"],
  [{ completed: 3 }, "3 done"],
  [{ progress: 30, completed: 3, total: 10 }, "30 % · 3 of 10"],
])("what is known of %o reads as it was said, and is never rounded up to done", (known, text) => {
  expect(progressText(known)).toBe(text);
});
