import { expect, test } from "vitest";
import { claimsOf } from "./claims";

const tokenOf = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

test.each([
  ["share", false],
  ["read", false],
  ["write", true],
  ["admin", true],
])("a token of scope %s may write: %s", (scope, mayWrite) => {
  expect(claimsOf(tokenOf({ scope }))).toEqual({ mayWrite });
});

test("a token's limits are known, in any script", () => {
  const claims = { scope: "read", owner: "Bürö ✓", tag: "red", job: "j-1" };

  expect(claimsOf(tokenOf(claims))).toEqual({ mayWrite: false, owner: "Bürö ✓", tag: "red", job: "j-1" });
});

test.each(["", "abc", "a.b.c", tokenOf(null), tokenOf("x"), tokenOf({ owner: 7 })])(
  "of %j nothing is known, so nothing is offered",
  (token) => {
    expect(claimsOf(token)).toEqual({ mayWrite: false });
  },
);
