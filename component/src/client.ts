/** What an app does with the component: exposes functions to its clients, and makes jobs of its own work. */
import {
  type FunctionReference,
  type GenericDataModel,
  type GenericMutationCtx,
  type GenericQueryCtx,
  mutationGeneric,
  queryGeneric,
  type RegisteredMutation,
  type RegisteredQuery,
} from "convex/server";
import { v } from "convex/values";
import { type Claims, signToken } from "../../convex/model/apiKeys";
import { type Body, JobTracking, type Lease, type NewJob } from "../../convex/model/jobTracking";
import type { Tracked, WorkResult } from "../../convex/model/jobTracking";
import type { Caller } from "../../convex/model/runningJob";
import type { Receipt } from "../../convex/validators";
import { KINDS } from "./kinds";

export { isJobCanceled, JobInterruption } from "../../convex/model/jobInterruption";
export type { Body, Lease, NewJob, Tracked, WorkResult } from "../../convex/model/jobTracking";
export type { Progress, RunningJob } from "../../convex/model/runningJob";
export type { Claims };

/** `components.jobsync` of the app. */
export type JobsyncComponent = {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [module: string]: { [name: string]: FunctionReference<any, "internal", any, any> };
};

type Ctx = GenericQueryCtx<GenericDataModel> | GenericMutationCtx<GenericDataModel>;
type Args = Record<string, unknown>;

/** A call without a token: who makes it may do what the answer says; null is nobody in particular. */
export type Authorize = (ctx: Ctx, call: { name: string; args: Args }) => Promise<Claims | null>;

export type Options = {
  /** For the app's own users, as `ctx.auth` or the app's tables know them; without it every call needs a token. */
  authorize?: Authorize;
};

type Exposed<Module> = {
  [Name in keyof Module]: Module[Name] extends FunctionReference<"query", "internal", infer A, infer R>
    ? RegisteredQuery<"public", A, Promise<R>>
    : Module[Name] extends FunctionReference<"mutation", "internal", infer A, infer R>
      ? RegisteredMutation<"public", A, Promise<R>>
      : never;
};

/** A token of the app's own code is for one call. */
const CALL_MS = 60_000;

export class Jobsync<Component extends JobsyncComponent> {
  private readonly tracking: JobTracking;

  /** The app has the same `JOBSYNC_API_KEY` as it hands on to the component: what it calls there, it signs. */
  constructor(
    private readonly component: Component,
    private readonly options: Options = {},
  ) {
    const call = async (ctx: Caller, name: string, args: Args): Promise<Receipt> => {
      const token = await this.token({ scope: "admin" }, CALL_MS);
      return (await ctx.runMutation(this.target("own", name), { ...args, token })) as Receipt;
    };
    this.tracking = new JobTracking({
      begin: (ctx, record, leaseMs) => call(ctx, "begin", { record, leaseMs }),
      beginAttempt: (ctx, jobId, leaseMs) => call(ctx, "beginAttempt", { jobId, leaseMs }),
      apply: (ctx, command) => call(ctx, "apply", { command }),
    });
  }

  /**
   * The functions of one module, for a file of the same name in `convex/jobsync/` to export; clients reach those that
   * it exports. Each passes its caller's token on, and the component refuses what the token is not good for.
   */
  functions<Module extends keyof typeof KINDS>(module: Module): Exposed<Component[Module]> {
    const kinds = Object.entries(KINDS[module] as Record<string, "query" | "mutation">);
    const exposed = kinds.map(([name, kind]) => [name, this.exposed(kind, module, name)]);
    return Object.fromEntries(exposed) as Exposed<Component[Module]>;
  }

  /** A token to give to somebody, such as the page of one of the app's users; it reaches no further than it says. */
  token(claims: Claims, expiresInMs: number): Promise<string> {
    const now = Date.now();
    return signToken(claims, now, now + expiresInMs);
  }

  /** Runs a body as a job: running at once, succeeded with what it returns, failed with what it throws. */
  trackJob<Result>(ctx: Caller, job: NewJob & Lease, body: Body<Result>): Promise<Tracked<Result>> {
    return this.tracking.trackJob(ctx, job, body);
  }

  /** Stores a job that a worker is to do, and answers its id; throws if the job is there already. */
  queueJob(ctx: Caller, job: NewJob & { maxAttempts?: number }): Promise<string> {
    return this.tracking.queueJob(ctx, job);
  }

  /** The same as `trackJob` for a job that was queued; each call is an attempt. */
  workOnJob<Result>(
    ctx: Caller,
    job: { jobId: string } & Lease,
    body: Body<Result>,
  ): Promise<Tracked<Result>> {
    return this.tracking.workOnJob(ctx, job, body);
  }

  /** For a pool's `onComplete`: ends a job whose worker could not say how it ended. */
  settleJob(ctx: Caller, jobId: string, result: WorkResult): Promise<void> {
    return this.tracking.settleJob(ctx, jobId, result);
  }

  private exposed(kind: "query" | "mutation", module: string, name: string) {
    const target = this.target(module, name);
    const withToken = (ctx: Ctx, args: Args) => this.withToken(ctx, `${module}:${name}`, args);
    // The component checks the arguments, and what is answered.
    return kind === "query"
      ? queryGeneric({
          args: v.any(),
          handler: async (ctx, args: Args) =>
            (await ctx.runQuery(target, await withToken(ctx, args))) as unknown,
        })
      : mutationGeneric({
          args: v.any(),
          handler: async (ctx, args: Args) =>
            (await ctx.runMutation(target, await withToken(ctx, args))) as unknown,
        });
  }

  private async withToken(ctx: Ctx, name: string, args: Args): Promise<Args> {
    if (args.token !== undefined || this.options.authorize === undefined) return args;
    const claims = await this.options.authorize(ctx, { name, args });
    return claims === null ? args : { ...args, token: await this.token(claims, CALL_MS) };
  }

  private target(module: string, name: string) {
    return this.component[module]![name]!;
  }
}
