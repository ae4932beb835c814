import { expect, test } from "vitest";
import { hexOfDigest } from "./digest";

const HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

test.each([
  ["hex", HEX],
  ["upper-case hex", HEX.toUpperCase()],
  ["base64", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
])("a digest in %s is read as lower-case hex", (_, digest) => {
  expect(hexOfDigest(digest)).toBe(HEX);
});
