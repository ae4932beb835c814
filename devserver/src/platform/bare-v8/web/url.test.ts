import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as bare from "./url.js";

const text = fc.string({ unit: "grapheme" });

test("query strings are written and read as everywhere", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const written = new URLSearchParams(pairs).toString();
      expect(new bare.URLSearchParams(pairs).toString()).toBe(written);
      expect([...new bare.URLSearchParams(written)]).toEqual(pairs);
    }),
  );
});

test.each([
  "http://fake-1.jobsync.invalid/http/api/job?id=a%20b&x=1#top",
  "https://Example.COM:8443",
  "http://127.0.0.1:3210/api/storage/upload?token=ab.c-d_",
])("%s has the parts that it has everywhere", (address) => {
  const { protocol, host, hostname, port, origin, pathname, search, hash, href } = new URL(address);
  expect(new bare.URL(address)).toMatchObject({
    protocol,
    host,
    hostname,
    port,
    origin,
    pathname,
    search,
    hash,
    href,
  });
});

test("what is no address is refused", () => {
  expect(() => new bare.URL("/api/job")).toThrow("Invalid URL");
  expect(bare.URL.canParse("api job")).toBe(false);
});
