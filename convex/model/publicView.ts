/** What anybody with a link may see of a job: an allow-list, so that a new field is private until named here. */
import type { Doc, QueryCtx } from "../server";
import type { Access, PublicJob } from "../validators";
import { assetRows, toAssets } from "./assets";
import { findJob, type Reader } from "./jobStore";
import { lastUpdate, shownDocuments } from "./jobView";
import { isWithinLimits } from "./limits";
import { isShared } from "./shares";
import { decode, encode, fileOf, isObject, type Json } from "./values";

type PublicAsset = PublicJob["assets"][number];

/** Null when there is no such job, and also when it may not be seen: a stranger learns nothing from it. */
export async function publicJob(
  ctx: QueryCtx,
  access: Access | null,
  jobId: string,
): Promise<PublicJob | null> {
  const job = await findJob(ctx, jobId);
  if (job === null) return null;
  return (await isShown(ctx, access, job)) ? await publicView(ctx, job) : null;
}

export async function isShown(ctx: Reader, access: Access | null, job: Doc<"jobs">): Promise<boolean> {
  return job.visibility === "public" || (access !== null && (await opens(ctx, access, job)));
}

/** A token that was made for a share counts only as long as there is that share of this very job. */
async function opens(ctx: Reader, { limits, share }: Access, job: Doc<"jobs">): Promise<boolean> {
  return isWithinLimits(limits, job) && (share === undefined || (await isShared(ctx, job._id, share)));
}

async function publicView(ctx: QueryCtx, job: Doc<"jobs">): Promise<PublicJob> {
  const documents = await shownDocuments(ctx, job);
  const { progress, details } = documents;
  const assets = await publicAssets(ctx, job);
  return withoutAbsent({
    jobId: job.jobId,
    name: job.name,
    status: job.status,
    state: job.state,
    stage: progress?.stage,
    message: progress?.message,
    progress: progress?.progress,
    retryAfter: job.retryAfter,
    error: job.errorMessage,
    result: details?.result as unknown,
    component: details?.component === undefined ? undefined : withUrls(details.component, assets),
    assets,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    updatedAt: lastUpdate(documents),
  });
}

function withoutAbsent(view: { [Key in keyof PublicJob]: PublicJob[Key] | undefined }): PublicJob {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)) as PublicJob;
}

async function publicAssets(ctx: QueryCtx, job: Doc<"jobs">): Promise<PublicAsset[]> {
  const rows = (await assetRows(ctx, job._id)).filter((row) => row.public);
  return (await toAssets(ctx, job.jobId, rows)).map(
    ({ role, filename, url, contentType, bytes, partCount, parts }) => ({
      role,
      filename,
      url,
      contentType,
      bytes,
      ...(partCount !== undefined && { partCount }),
      ...(parts !== undefined && { parts }),
    }),
  );
}

/**
 * A component names its files in `assets`; each gets the URL of the public asset of that name, or null. In one that is in
 * a file whoever fetches that does the same.
 */
function withUrls(component: unknown, assets: PublicAsset[]): Json {
  if (fileOf(component) !== null) return component as Json;
  const plain = decode(component);
  if (!isObject(plain) || !isObject(plain.assets)) return component as Json;
  const urls = Object.keys(plain.assets).map((name): [string, Json] => {
    return [name, assets.find(({ filename }) => filename === name)?.url ?? null];
  });
  return encode({ ...plain, assets: Object.fromEntries(urls) });
}
