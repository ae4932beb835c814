/** Shares of a job: a token for each, which shows the public view until it expires or is revoked. */
import * as environment from "../environment";
import { CALLED_IN } from "../folder";
import type { Doc, Id, MutationCtx } from "../server";
import type { ListedShare, Share } from "../validators";
import { signToken } from "./apiKeys";
import * as check from "./fieldChecks";
import type { Reader } from "./jobStore";

const SHORTEST_MS = 1000;
const LONGEST_MS = 366 * 24 * 60 * 60 * 1000;
const SHARES_AT_ONCE = 1000;

export async function shareJob(
  ctx: MutationCtx,
  job: Doc<"jobs">,
  expiresInMs: number,
  now: number,
): Promise<Share> {
  const expiresAt = now + check.number("expiresInMs", expiresInMs, LONGEST_MS, SHORTEST_MS);
  await removeShares(ctx, job._id, now);
  const shareId = crypto.randomUUID();
  await ctx.db.insert("jobShares", { job: job._id, shareId, expiresAt });
  const token = await signToken({ scope: "share", job: job.jobId, jti: shareId }, now, expiresAt);
  const link = linkTo(job.jobId, token);
  return { shareId, token, expiresAt, ...(link !== null && { link }) };
}

/** Where a person sees the job; the part behind # stays in the browser. Null where no page is known. */
function linkTo(jobId: string, token: string): string | null {
  const page = environment.pageUrl();
  const deployment = environment.deploymentUrl();
  if (!page || !deployment) return null;
  const where = { deployment, ...(CALLED_IN !== "" && { functions: CALLED_IN }) };
  return `${page}#${new URLSearchParams({ share: token, job: jobId, ...where }).toString()}`;
}

function findShare({ db }: Reader, job: Id<"jobs">, shareId: string): Promise<Doc<"jobShares"> | null> {
  return db
    .query("jobShares")
    .withIndex("by_job_shareId", (q) => q.eq("job", job).eq("shareId", shareId))
    .unique();
}

/** Whether a token that was made for this share still shows the job. */
export async function isShared(ctx: Reader, job: Id<"jobs">, shareId: string): Promise<boolean> {
  return (await findShare(ctx, job, shareId)) !== null;
}

/** The newest ones, which may have expired since: their tokens are nowhere, so a link cannot be read again. */
export async function listShares({ db }: Reader, job: Id<"jobs">): Promise<ListedShare[]> {
  const shares = await db
    .query("jobShares")
    .withIndex("by_job_shareId", (q) => q.eq("job", job))
    .take(SHARES_AT_ONCE);
  return shares
    .sort((left, right) => right._creationTime - left._creationTime)
    .map(({ shareId, expiresAt }) => ({ shareId, expiresAt }));
}

/** Answers whether there was such a share. */
export async function revokeShare(ctx: MutationCtx, job: Id<"jobs">, shareId: string): Promise<boolean> {
  const share = await findShare(ctx, job, shareId);
  if (share !== null) await ctx.db.delete("jobShares", share._id);
  return share !== null;
}

/** Removes the shares of a job that have expired by then. */
export async function removeShares({ db }: MutationCtx, job: Id<"jobs">, expiredAt: number) {
  const shares = await db
    .query("jobShares")
    .withIndex("by_job_shareId", (q) => q.eq("job", job))
    .take(SHARES_AT_ONCE);
  for (const { _id, expiresAt } of shares) {
    if (expiresAt <= expiredAt) await db.delete("jobShares", _id);
  }
}
