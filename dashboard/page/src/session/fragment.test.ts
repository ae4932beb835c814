import { describe, expect, test } from "vitest";
import { parseArrival } from "./fragment";

const ORIGIN = "http://127.0.0.1:3210";
const CLOUD = "https://happy-animal-123.convex.cloud";

describe("a link to the page", () => {
  test("with a token opens the deployment that serves the page", () => {
    expect(parseArrival("#token=abc", ORIGIN)).toEqual({
      session: { kind: "token", deployment: ORIGIN, token: "abc" },
    });
  });

  test("may name another deployment and a job, encoded as a query string is", () => {
    const fragment = `#${new URLSearchParams({ token: "a.b", deployment: `${CLOUD}/`, job: "a&b #1/2" })}`;

    expect(parseArrival(fragment, ORIGIN)).toEqual({
      session: { kind: "token", deployment: CLOUD, token: "a.b" },
      jobId: "a&b #1/2",
    });
  });

  test("that shares a job opens that job", () => {
    expect(parseArrival(`#share=s&job=j-1&deployment=${encodeURIComponent(CLOUD)}`, ORIGIN)).toEqual({
      session: { kind: "share", deployment: CLOUD, token: "s", jobId: "j-1" },
      jobId: "j-1",
    });
  });

  test("says where in the deployment the functions are, if not at the top", () => {
    const folder = { deployment: ORIGIN, functions: "jobsync" };

    expect(parseArrival("#token=t&functions=jobsync", ORIGIN)?.session).toMatchObject(folder);
    expect(parseArrival("#share=s&job=j&functions=jobsync", ORIGIN)?.session).toMatchObject(folder);
  });

  test.each([
    "",
    "#",
    "#/jobs?state=failed",
    "#/jobs/token%3D1",
    "#share=s",
    "#deployment=https://elsewhere.test",
  ])("is not %s, which gives no access", (fragment) => {
    expect(parseArrival(fragment, ORIGIN)).toBeNull();
  });

  test.each(["javascript:alert(1)", "file:///etc", "nowhere"])(
    "is not taken with a deployment that is no web address: %s",
    (deployment) => {
      expect(parseArrival(`#${new URLSearchParams({ token: "t", deployment })}`, ORIGIN)).toBeNull();
    },
  );
});
