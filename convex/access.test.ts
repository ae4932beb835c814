import { type FunctionReference, makeFunctionReference } from "convex/server";
import { SignJWT } from "jose";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ERROR_CODES, type ErrorCode } from "./errors";
import { API_KEY, type Deployment, deployment, modules, refusedWith, tokenFor } from "./test.setup";

type Kind = "query" | "mutation";
type PublicFunction = { name: string; kind: Kind };

/** Valid arguments of each public function, all about the job "theirs" of owner "them" with the tag "red". */
const ARGUMENTS: Record<string, Record<string, unknown>> = {
  "jobs:upsert": { record: { id: "theirs", name: "new" } },
  "jobs:create": { record: { id: "theirs" } },
  "jobs:start": { jobId: "theirs" },
  "jobs:updateProgress": { jobId: "theirs", progress: 1 },
  "jobs:heartbeat": { jobId: "theirs" },
  "jobs:complete": { jobId: "theirs" },
  "jobs:fail": { jobId: "theirs" },
  "jobs:cancel": { jobId: "theirs" },
  "jobs:retry": { jobId: "theirs" },
  "jobs:setRun": { jobId: "theirs", run: { id: "r-1" } },
  "jobs:getByJobId": { jobId: "theirs" },
  "jobs:remove": { jobId: "theirs" },
  "jobs:attempts": { jobId: "theirs" },
  "jobs:rollup": { jobId: "theirs" },
  "jobs:share": { jobId: "theirs", expiresInMs: 60_000 },
  "jobs:shares": { jobId: "theirs" },
  "jobs:unshare": { jobId: "theirs", shareId: "s" },
  "jobs:getPublic": { jobId: "theirs" },
  "jobs:getBySource": { source: "doc" },
  "jobs:list": { paginationOpts: { cursor: null, numItems: 1 } },
  "jobs:active": { paginationOpts: { cursor: null, numItems: 1 } },
  "jobs:stats": {},
  "jobs:progressOf": { jobIds: ["theirs"] },
  "watches:touch": {},
  "retention:set": { state: "failed", days: 1 },
  "retention:list": {},
  "claims:claim": { type: "render", leaseMs: 5000 },
  "claims:waiting": { type: "render" },
  "ingest:apply": { writerId: "w", firstSeq: 1, commands: [] },
  "events:record": { jobId: "theirs", event: "x" },
  "events:list": { jobId: "theirs", paginationOpts: { cursor: null, numItems: 1 } },
  "assets:generateUploadUrl": { jobId: "theirs", files: [{ role: "output", filename: "a" }] },
  "assets:save": { jobId: "theirs", role: "output", filename: "a", storageId: "x", sha256: "0".repeat(64) },
  "uploads:generateUrls": { count: 1 },
  "assets:stageParts": {
    jobId: "theirs",
    role: "output",
    filename: "a",
    partCount: 1,
    stored: [],
    wanted: [],
  },
  "assets:list": { jobId: "theirs" },
  "assets:get": { jobId: "theirs", role: "output", filename: "a" },
  "assets:parts": {
    jobId: "theirs",
    role: "output",
    filename: "a",
    paginationOpts: { cursor: null, numItems: 1 },
  },
  "handshake:get": {},
};

/** The functions that need no token for what is public, and answer null instead of telling why not. */
const OPEN = "jobs:getPublic";
const LISTS = ["jobs:list", "jobs:active", "jobs:stats"];
/** These are about all jobs, and refuse a token with any limit; `retention.test.ts` has that. */
const RULES = ["retention:set", "retention:list"];
/** These pass over what a token is not for; the tests of claims, progress and watches have that. */
const SELECTIVE = ["claims:claim", "claims:waiting", "jobs:progressOf", "watches:touch"];
/** What this gives is nobody's until a command names it. */
const NOBODYS = ["uploads:generateUrls"];
const READ = [
  "jobs:getByJobId",
  "jobs:getBySource",
  "jobs:rollup",
  "jobs:attempts",
  ...LISTS,
  "jobs:progressOf",
  "claims:waiting",
  "watches:touch",
  "events:list",
  "assets:list",
  "assets:get",
  "assets:parts",
  "handshake:get",
];
const ABOUT_A_JOB = Object.keys(ARGUMENTS).filter(
  (name) =>
    !["ingest:apply", "handshake:get", OPEN, ...LISTS, ...SELECTIVE, ...RULES, ...NOBODYS].includes(name),
);

type Exported = { isPublic?: boolean; isQuery?: boolean; isMutation?: boolean; isAction?: boolean };

async function publicFunctions(): Promise<PublicFunction[]> {
  const loaded = await Promise.all(
    Object.entries(modules).map(async ([path, load]) => ({
      path,
      exported: (await load()) as Record<string, unknown>,
    })),
  );
  return loaded.flatMap(({ path, exported }) =>
    Object.entries(exported)
      .filter(([, value]) => typeof value === "function" && (value as Exported).isPublic === true)
      .map(([name, value]) => ({
        name: `${path.replace(/^\.\/|\.ts$/g, "")}:${name}`,
        kind: (value as Exported).isQuery === true ? "query" : "mutation",
      })),
  );
}

const functions = await publicFunctions();

function call(t: Deployment, { name, kind }: PublicFunction, args: Record<string, unknown>) {
  const full = { ...ARGUMENTS[name], ...args };
  if (kind === "query")
    return t.query(makeFunctionReference<"query">(name) as FunctionReference<"query">, full);
  return t.mutation(makeFunctionReference<"mutation">(name) as FunctionReference<"mutation">, full);
}

let t: Deployment;

beforeAll(() => {
  t = deployment();
});

beforeEach(saveTheirs);

/** The job that the calls are about; one of them removes it. */
async function saveTheirs() {
  const args = {
    token: await tokenFor("admin"),
    record: { id: "theirs", owner: "them", tags: ["red"], source: "doc" },
  };
  await call(t, { name: "jobs:upsert", kind: "mutation" }, args);
}

test("every public function has a row in this file", () => {
  expect(functions.map(({ name }) => name).sort()).toEqual(Object.keys(ARGUMENTS).sort());
});

describe.each(functions)("$name", (fn) => {
  const refusals: [string, ErrorCode, () => Promise<string> | undefined][] = [
    ["no token", "unauthenticated", () => undefined],
    ["a token that is none", "token_invalid", () => Promise.resolve("abc")],
    ["the key itself", "token_invalid", () => Promise.resolve(API_KEY)],
    [
      "a token of another key",
      "token_invalid",
      () => tokenFor("admin", { key: "another-key-of-32-characters----" }),
    ],
    ["a token that has expired", "token_expired", () => tokenFor("admin", { expiresIn: -1 })],
    ["a token for another audience", "token_invalid", () => tokenFor("admin", { claims: { aud: "other" } })],
    ["a token of an unknown scope", "token_invalid", () => tokenFor("root")],
    ["a token whose limit is not text", "token_invalid", () => tokenFor("admin", { claims: { job: 7 } })],
    [
      "a token that never expires",
      "token_invalid",
      () => signed({ alg: "HS256" }, { iat: 1, scope: "admin" }),
    ],
    ["a token of another algorithm", "token_invalid", () => signed({ alg: "HS512" }, {})],
  ];

  test.each(refusals.filter(([, code]) => fn.name !== OPEN || code !== "unauthenticated"))(
    "is refused with %s (%s), and the answer does not hold the key",
    async (_, code, token) => {
      const given = await token();
      const refusal = await refusedWith(code, call(t, fn, given === undefined ? {} : { token: given }));

      expect(JSON.stringify(refusal)).not.toContain(API_KEY);
      expect(typeof refusal.serverTime).toBe(code === "token_expired" ? "number" : "undefined");
    },
  );

  test.each([undefined, "admin"])("is refused on a deployment without a key (token: %s)", async (scope) => {
    const args = scope === undefined ? {} : { token: await tokenFor(scope) };

    await refusedWith("not_configured", call(deployment(null), fn, args));
    deployment();
  });

  test("takes a token of any of several keys", async () => {
    const rotating = deployment(`${API_KEY}, the-next-key-of-32-characters---`);
    const token = await tokenFor("share", { key: "the-next-key-of-32-characters---" });
    const outcome = call(rotating, fn, { token });

    if (fn.name === OPEN) expect(await outcome).toBeNull();
    else await refusedWith("forbidden", outcome);
    deployment();
  });

  test("needs the scope that it says", async () => {
    const tooNarrow = READ.includes(fn.name) ? ["share"] : ["share", "read"];
    for (const scope of fn.name === OPEN ? [] : tooNarrow) {
      await refusedWith("forbidden", call(t, fn, { token: await tokenFor(scope) }));
    }
  });
});

describe.each(functions.filter(({ name }) => ABOUT_A_JOB.includes(name)))(
  "$name with a limited token",
  (fn) => {
    test.each([{ job: "mine" }, { owner: "me" }, { tag: "blue" }, { owner: "them", tag: "blue" }])(
      "is refused for what is not within %o",
      async (claims) => {
        await refusedWith("forbidden", call(t, fn, { token: await tokenFor("admin", { claims }) }));
      },
    );

    test.each([
      { job: "theirs" },
      { owner: "them" },
      { tag: "red" },
      { job: "theirs", owner: "them", tag: "red" },
    ])("is let in for what is within %o", async (claims) => {
      const outcome = call(t, fn, { token: await tokenFor("admin", { claims }) });
      if (fn.name === "assets:save") await refusedWith("file_not_found", outcome);
      else await outcome;
    });
  },
);

describe.each(functions.filter(({ name }) => LISTS.includes(name)))("$name with a limited token", (fn) => {
  test.each([{ job: "theirs" }, { owner: "them" }, { tag: "red" }])(
    "is refused unless it asks for just what is within %o",
    async (claims) => {
      await refusedWith("forbidden", call(t, fn, { token: await tokenFor("admin", { claims }) }));
    },
  );

  test("is let in when it asks for its own owner", async () => {
    await call(t, fn, { token: await tokenFor("read", { claims: { owner: "them" } }), owner: "them" });
  });
});

describe.each(["jobs:upsert", "jobs:create"])("%s with a limited token", (name) => {
  test.each([
    ["creates no job of another id", { job: "mine" }, { id: "new" }],
    ["creates no job of another owner", { owner: "me" }, { id: "new", owner: "you" }],
    ["creates no job without the owner", { owner: "me" }, { id: "new" }],
    ["creates no job without the tag", { tag: "blue" }, { id: "new", tags: ["red"] }],
  ])("%s", async (_, claims, record) => {
    const token = await tokenFor("write", { claims });

    await refusedWith("forbidden", call(t, { name, kind: "mutation" }, { token, record }));
  });
});

describe("an upsert with a limited token", () => {
  const upsert = { name: "jobs:upsert", kind: "mutation" } as const;

  test.each([
    ["moves no job out of its limits", { owner: "them" }, { id: "theirs", owner: "me" }],
    ["moves no job into them", { owner: "me" }, { id: "theirs", owner: "me" }],
  ])("%s", async (_, claims, record) => {
    await refusedWith("forbidden", call(t, upsert, { token: await tokenFor("write", { claims }), record }));
  });

  test("creates a job within its limits", async () => {
    const token = await tokenFor("write", { claims: { owner: "me", tag: "blue" } });
    const record = { id: "mine", owner: "me", tags: ["green", "blue"] };

    expect(await call(t, upsert, { token, record })).toMatchObject({ outcome: "applied" });
  });
});

test.each([{ job: "mine" }, { owner: "me" }, { tag: "blue" }])(
  "a token limited to %o is answered the same for another's job and for none, so it finds no ids",
  async (claims) => {
    const token = await tokenFor("read", { claims });
    const refusals = ["theirs", "nobody"].map((jobId) =>
      refusedWith("forbidden", call(t, { name: "jobs:getByJobId", kind: "query" }, { token, jobId })),
    );

    expect(await refusals[0]).toEqual(await refusals[1]);
  },
);

test("a token limited to one job may ask for it before it exists", async () => {
  const token = await tokenFor("read", { claims: { job: "nobody" } });

  expect(await call(t, { name: "jobs:getByJobId", kind: "query" }, { token, jobId: "nobody" })).toBeNull();
});

test("a refusal of a token has one of the contract's codes", async () => {
  const refusal = await refusedWith(
    "token_invalid",
    call(t, { name: "handshake:get", kind: "query" }, { token: "" }),
  );

  expect(ERROR_CODES).toContain(refusal.code);
});

async function signed(header: { alg: string }, claims: Record<string, unknown>): Promise<string> {
  const token = new SignJWT({ aud: "jobsync", scope: "admin", ...claims });
  if (header.alg !== "HS256") token.setIssuedAt().setExpirationTime("1m");
  return await token
    .setProtectedHeader(header)
    .sign(new TextEncoder().encode(API_KEY.repeat(2).slice(0, API_KEY.length)));
}
