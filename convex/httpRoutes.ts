import type { HttpRouter } from "convex/server";
import { invalidField, refusalData } from "./errors";
import { internal } from "./internals";
import { verifyBearer } from "./model/apiKeys";
import { plainAnswer } from "./model/inlining";
import { assertScope } from "./model/limits";
import { spill } from "./model/spilling";
import { encode, isObject, type Json, ValueProblem } from "./model/values";
import { type ActionCtx, httpAction, type Id } from "./server";
import type { Access, Scope } from "./validators";
import { PROTOCOL, VERSION } from "./version";

type Answer = (ctx: ActionCtx, request: Request, access: Access) => Promise<Response>;

function json(status: number, body: Record<string, unknown>): Response {
  return Response.json(body, { status });
}

/** A route that only verified callers reach, and whose refusals are answered as what they are. */
function route(needed: Scope, answer: Answer) {
  return httpAction(async (ctx: ActionCtx, request) => {
    const access = await bearerAccess(request);
    if (access === null) return json(401, { error: "Unauthorized" });
    try {
      assertScope(access, needed);
      return await answer(ctx, request, access);
    } catch (error) {
      return refusalResponse(error);
    }
  });
}

/** Null for every reason there is: a stranger is not told which. */
async function bearerAccess(request: Request): Promise<Access | null> {
  try {
    return await verifyBearer(request.headers.get("Authorization"));
  } catch (error) {
    if (refusalData(error) === null) throw error;
    return null;
  }
}

function refusalResponse(error: unknown): Response {
  const refused = refusalData(error);
  if (refused === null) throw error;
  const { message, ...rest } = refused;
  return json(refused.code === "forbidden" ? 403 : 400, { error: message, ...rest });
}

/** The body as a record that can be passed on; refused if it is not a JSON object or holds what cannot be kept. */
async function recordOf(request: Request): Promise<Json> {
  const body = await parsedBody(request);
  if (!isObject(body)) throw invalidField("body", "must be a JSON object");
  try {
    return encode(body);
  } catch (error) {
    if (error instanceof ValueProblem) throw invalidField(error.path, error.problem);
    throw error;
  }
}

async function parsedBody(request: Request): Promise<unknown> {
  try {
    return (await request.json()) as unknown;
  } catch {
    throw invalidField("body", "is not valid JSON");
  }
}

/** A record that is not saved leaves no files behind. */
async function saved(ctx: ActionCtx, access: Access, record: Json, storageIds: Id<"_storage">[]) {
  let isSaved = false;
  try {
    const receipt = await ctx.runMutation(internal.routes.saveJob, { access, record });
    isSaved = receipt.outcome === "applied";
    return receipt;
  } finally {
    if (!isSaved) for (const storageId of storageIds) await ctx.storage.delete(storageId);
  }
}

const saveJob = route("write", async (ctx, request, access) => {
  const { record, storageIds } = await spill(ctx, await recordOf(request));
  const { jobId, status, state, outcome } = await saved(ctx, access, record, storageIds);
  return json(200, { ok: true, jobId, status, state, outcome });
});

const showJob = route("read", async (ctx, request, access) => {
  const jobId = new URL(request.url).searchParams.get("id");
  if (jobId === null || jobId === "") return json(400, { error: "Missing id param" });
  const record = await ctx.runQuery(internal.routes.findJob, { access, jobId });
  return record === null ? json(404, { error: "Job not found" }) : json(200, await plainAnswer(ctx, record));
});

const showHealth = route("read", () =>
  Promise.resolve(json(200, { ok: true, protocol: PROTOCOL, version: VERSION })),
);

/** Adds the routes to an app's own router; `prefix` goes before their paths where an app has used these itself. */
export function addJobsyncRoutes(http: HttpRouter, { prefix = "" }: { prefix?: string } = {}): void {
  http.route({ path: `${prefix}/api/job`, method: "POST", handler: saveJob });
  http.route({ path: `${prefix}/api/job`, method: "GET", handler: showJob });
  http.route({ path: `${prefix}/api/health`, method: "GET", handler: showHealth });
}
