import { expect, test } from "vitest";
import { parseRange } from "./byte-range.js";

test.each([
  ["bytes=0-0", { start: 0, end: 0 }],
  ["bytes=2-", { start: 2, end: 9 }],
  ["bytes=-3", { start: 7, end: 9 }],
  ["bytes=-30", { start: 0, end: 9 }],
  ["bytes=5-99", { start: 5, end: 9 }],
])("of ten bytes, %s is answered in part", (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});

test.each(["bytes=10-", "bytes=5-2", "bytes=0-1,3-4", "bytes=-", "bytes=-0"])(
  "of ten bytes, %s cannot be answered",
  (header) => {
    expect(parseRange(header, 10)).toBe("unsatisfiable");
  },
);

test("without a byte range the whole file is meant", () => {
  expect(parseRange(undefined, 10)).toBeNull();
  expect(parseRange("lines=1-2", 10)).toBeNull();
});
