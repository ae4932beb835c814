import { expect, test } from "vitest";
import { galleryOrder } from "./galleryOrder";

test("outputs come first, roles of one's own last, and numbers in names count as numbers", () => {
  const assets = [
    { role: "zebra", filename: "a" },
    { role: "log", filename: "a" },
    { role: "output", filename: "page 10.png" },
    { role: "apple", filename: "a" },
    { role: "output", filename: "page 9.png" },
    { role: "mask", filename: "a" },
  ];

  expect(galleryOrder(assets).map(({ role, filename }) => `${role} ${filename}`)).toEqual([
    "output page 9.png",
    "output page 10.png",
    "mask a",
    "log a",
    "apple a",
    "zebra a",
  ]);
});
