import { expect, test } from "vitest";
import { type AssetKind, assetKind } from "./assetKind";

test.each<[string | null, string, AssetKind]>([
  ["image/png", "a.png", "picture"],
  ["image/svg+xml; charset=utf-8", "a.svg", "picture"],
  ["image/tiff", "a.tiff", "other"],
  ["audio/wav", "a.wav", "audio"],
  ["video/mp4", "a.mp4", "video"],
  ["application/json", "a", "json"],
  ["application/geo+json", "a", "json"],
  ["text/html", "a.html", "text"],
  ["application/x-yaml", "a", "text"],
  ["application/zip", "a.txt", "other"],
  [null, "trace.JSON", "json"],
  ["application/octet-stream", "out/run.log", "text"],
  [null, "weights.bin", "other"],
  [null, "README", "other"],
])("a file of type %s called %s is shown as %s", (contentType, filename, kind) => {
  expect(assetKind({ contentType, filename })).toBe(kind);
});
