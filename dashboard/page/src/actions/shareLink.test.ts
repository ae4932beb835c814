import { expect, test } from "vitest";
import { parseArrival } from "../session/fragment";
import { isLocal, shareLink } from "./shareLink";

const share = { shareId: "s", token: "a.b.c", expiresAt: 1 };
const address = { deployment: "https://happy-animal-123.convex.cloud", functions: "jobsync" };

test("a share has the link that the deployment gave it", () => {
  const link = "https://jobs.example.test/#share=x";

  expect(shareLink({ ...share, link }, "j", address, new URL("http://127.0.0.1:5000/"))).toBe(link);
});

test("without one it has a link to this page, which opens the job", () => {
  const link = shareLink(share, "a b&c/#", address, new URL("http://127.0.0.1:5000/page/?x=1#/jobs/1"));

  expect(link.startsWith("http://127.0.0.1:5000/page/#")).toBe(true);
  expect(parseArrival(new URL(link).hash, "http://127.0.0.1:5000")?.session).toEqual({
    kind: "share",
    ...address,
    token: "a.b.c",
    jobId: "a b&c/#",
  });
});

test.each([
  ["http://127.0.0.1:3210/#x", true],
  ["http://localhost/#x", true],
  ["http://[::1]:80/", true],
  ["https://jobs.example.test/", false],
])("%s leads to this machine only: %s", (link, local) => {
  expect(isLocal(link)).toBe(local);
});
