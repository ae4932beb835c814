import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toBytes, toText } from "./text.js";

test("text is encoded in UTF-8 and read back as Node does it, lone surrogates included", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = Buffer.from(text, "utf8");
      expect(Buffer.from(toBytes(text, "utf8"))).toEqual(bytes);
      expect(toText(bytes, "utf8")).toBe(bytes.toString("utf8"));
    }),
  );
});

test("UTF-8 is read back, also in pieces larger than a stack takes", () => {
  const long = "héllo wörld \u{1f600} ".repeat(10_000);
  expect(toText(Buffer.from(long), "utf8")).toBe(long);
});

test("bytes that are no UTF-8 become replacement characters, and what is around them stays", () => {
  expect(toText(Uint8Array.of(0x61, 0xff, 0x62, 0xa5, 0x81, 0xc3, 0xa9), "utf8")).toBe(
    "a\ufffdb\ufffd\ufffdé",
  );
});
