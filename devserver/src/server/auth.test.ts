import { expect, test } from "vitest";
import { ApiError } from "./api-error.js";
import { ANONYMOUS, credentialsFromHeader, requireAdmin, sameKey } from "./auth.js";

const KEY = "jobsync-local|0123";

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error instanceof ApiError ? [error.status, error.code] : error;
  }
  return "nothing was thrown";
};

test("without a header a caller is anonymous, and no admin", () => {
  expect(credentialsFromHeader(undefined, KEY)).toBe(ANONYMOUS);
  expect(codeOf(() => requireAdmin(ANONYMOUS))).toEqual([401, "Unauthenticated"]);
});

test("the admin key makes an admin, who may act as somebody", () => {
  expect(credentialsFromHeader(`Convex ${KEY}`, KEY)).toEqual({ admin: true, identity: null });
  const identity = Buffer.from(JSON.stringify({ subject: "ada" })).toString("base64");
  expect(credentialsFromHeader(`Convex ${KEY}:${identity}`, KEY)).toEqual({
    admin: true,
    identity: { subject: "ada" },
  });
});

test.each([
  ["Convex jobsync-local|wrong", "BadAdminKey"],
  ["Convex", "BadAdminKey"],
  [`Convex ${KEY}:not-json`, "InvalidAuthHeader"],
  ["Bearer a.b.c", "NoAuthProvider"],
  ["Basic abc", "InvalidAuthHeader"],
])("%s is refused with 401 %s", (header, code) => {
  expect(codeOf(() => credentialsFromHeader(header, KEY))).toEqual([401, code]);
});

test("keys of any length can be compared", () => {
  expect(sameKey("a", "a")).toBe(true);
  expect(sameKey("a", "ab")).toBe(false);
  expect(sameKey("", "a")).toBe(false);
});
