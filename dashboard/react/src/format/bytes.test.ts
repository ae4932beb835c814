import { expect, test } from "vitest";
import { bytes } from "./bytes";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1_500_000, "1.4 MiB"],
  [123 * 1024 ** 2, "123 MiB"],
  [5 * 1024 ** 5, "5120 TiB"],
])("%d bytes are shown as %s", (count, text) => {
  expect(bytes(count)).toBe(text);
});
