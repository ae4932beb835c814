import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedMap } from "./sorted-map.js";

const keys = fc.integer({ min: 0, max: 3_000 }).map((n) => String(n).padStart(4, "0"));
const changes = fc.array(
  fc.record({ key: keys, remove: fc.integer({ min: 0, max: 2 }).map((n) => n === 0) }),
  {
    minLength: 0,
    maxLength: 3_000,
    size: "max",
  },
);

test("it holds what a plain map holds, in the order of its keys, over many chunks", () => {
  fc.assert(
    fc.property(changes, keys, (list, probe) => {
      const sorted = new SortedMap<number>();
      const plain = new Map<string, number>();
      list.forEach(({ key, remove }, at) => {
        if (remove) expect(sorted.delete(key)).toBe(plain.delete(key));
        else {
          sorted.set(key, at);
          plain.set(key, at);
        }
      });
      const entries = [...plain].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted.size).toBe(plain.size);
      expect([...sorted.values()]).toEqual(entries.map(([, value]) => value));
      expect(sorted.atOrAfter(probe)).toEqual(entries.find(([key]) => key >= probe));
      expect(sorted.before(probe)).toEqual(entries.findLast(([key]) => key < probe));
    }),
    { numRuns: 50 },
  );
});
