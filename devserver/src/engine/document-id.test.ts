import { expect, test } from "vitest";
import { newId, tableNumberOf } from "./document-id.js";

test("an id is 32 characters, never the same twice, and names its table", () => {
  const ids = Array.from({ length: 1_000 }, () => newId(70_000));
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-hj-np-tv-z]{32}$/);
    expect(tableNumberOf(id)).toBe(70_000);
  }
});

test("a text with one character changed is no id", () => {
  const id = newId(7);
  for (let at = 0; at < id.length; at++) {
    const changed = id.slice(0, at) + (id[at] === "0" ? "1" : "0") + id.slice(at + 1);
    expect(tableNumberOf(changed)).toBeNull();
  }
});

test.each(["", "nonsense", "x".repeat(10_000)])("%.20j is no id", (text) => {
  expect(tableNumberOf(text)).toBeNull();
});
