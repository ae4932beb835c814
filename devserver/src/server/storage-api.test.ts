import { expect, test } from "vitest";
import { parseDigest } from "./storage-api.js";

test("the Digest header holds the base64 of 32 bytes", () => {
  const digest = Buffer.alloc(32, 1).toString("base64");
  expect(parseDigest(`sha-256=${digest}`)).toBe(digest);
  expect(parseDigest(undefined)).toBeUndefined();
});

test.each(["sha-256=abc", "SHA-256=", "md5=1B2M2Y8AsgTpgAmY7PhCfg=="])(
  "%s is refused as a Digest",
  (header) => {
    expect(() => parseDigest(header)).toThrow(/Digest must be/);
  },
);
