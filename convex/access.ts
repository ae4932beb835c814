/** The one wrapper of every public function: it verifies the token before anything else. */
import type { RegisteredMutation, RegisteredQuery } from "convex/server";
import {
  type GenericValidator,
  type Infer,
  type ObjectType,
  type PropertyValidators,
  v,
} from "convex/values";
import { assertConfigured, verifyToken } from "./model/apiKeys";
import { assertScope } from "./model/limits";
import { mutation as publicMutation, type MutationCtx, query as publicQuery, type QueryCtx } from "./server";
import type { Access, Scope } from "./validators";

/** A function of ours: what it needs to be called, and what it does once the caller is known. */
type Guarded<Ctx, Caller, Args extends PropertyValidators, Returns extends GenericValidator> = {
  scope: Scope;
  args: Args;
  returns: Returns;
  handler: (ctx: Ctx & { access: Caller }, args: ObjectType<Args>) => Promise<Infer<Returns>>;
};

type ArgsWithToken<Args extends PropertyValidators> = ObjectType<Args> & { token?: string };

/** Optional, so that leaving it out is answered by our own error and not by an argument check. */
const token = v.optional(v.string());

async function authorized(given: string | undefined, needed: Scope): Promise<Access> {
  const access = await verifyToken(given);
  assertScope(access, needed);
  return access;
}

/** For what may be public: a token is verified if there is one. */
async function authorizedIfGiven(given: string | undefined, needed: Scope): Promise<Access | null> {
  assertConfigured();
  return given === undefined ? null : await authorized(given, needed);
}

type PlainFunction<Ctx> = {
  args: PropertyValidators;
  returns: GenericValidator;
  handler: (ctx: Ctx, args: Record<string, unknown>) => Promise<unknown>;
};

/** The same function for Convex's own builders, which need not know its types: they are those of `query` below. */
function guarded<Ctx, Caller, Args extends PropertyValidators, Returns extends GenericValidator>(
  authorize: (given: string | undefined, needed: Scope) => Promise<Caller>,
  { scope, args, returns, handler }: Guarded<Ctx, Caller, Args, Returns>,
): PlainFunction<Ctx> {
  return {
    args: { ...args, token },
    returns,
    handler: async (ctx, { token: given, ...rest }) => {
      const access = await authorize(given as string | undefined, scope);
      return await handler({ ...ctx, access }, rest as ObjectType<Args>);
    },
  };
}

export function query<Args extends PropertyValidators, Returns extends GenericValidator>(
  definition: Guarded<QueryCtx, Access, Args, Returns>,
): RegisteredQuery<"public", ArgsWithToken<Args>, Promise<Infer<Returns>>> {
  return publicQuery(guarded(authorized, definition));
}

/** A query that strangers may call too; it decides itself what they see. */
export function openQuery<Args extends PropertyValidators, Returns extends GenericValidator>(
  definition: Guarded<QueryCtx, Access | null, Args, Returns>,
): RegisteredQuery<"public", ArgsWithToken<Args>, Promise<Infer<Returns>>> {
  return publicQuery(guarded(authorizedIfGiven, definition));
}

export function mutation<Args extends PropertyValidators, Returns extends GenericValidator>(
  definition: Guarded<MutationCtx, Access, Args, Returns>,
): RegisteredMutation<"public", ArgsWithToken<Args>, Promise<Infer<Returns>>> {
  return publicMutation(guarded(authorized, definition));
}
