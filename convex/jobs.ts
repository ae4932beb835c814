import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, openQuery, query } from "./access";
import { listAttempts } from "./model/attempts";
import { applyCommand } from "./model/command";
import { counting } from "./model/countChanges";
import { countsOf } from "./model/jobCounts";
import { activeJobs, listJobs, newestOfSource } from "./model/jobLists";
import { allowedJob, findAllowedJob } from "./model/jobStore";
import { jobRecord, shownDocuments } from "./model/jobView";
import { progressOfJobs } from "./model/progressRows";
import { publicJob as publicJobOf } from "./model/publicView";
import { assertRemovable, removeJob } from "./model/removal";
import { rollup as rollupOf } from "./model/rollup";
import { listShares, revokeShare, shareJob } from "./model/shares";
import {
  attempt,
  counts,
  encoded,
  jobProgress,
  jobRecord as jobRecordShape,
  jobSummary,
  listedShare,
  publicJob,
  receipt,
  rollup as rollupShape,
  run,
  share as shareShape,
} from "./validators";

/** Creates a job or patches it: absent leaves a field, null clears it. */
export const upsert = mutation({
  scope: "write",
  args: { record: encoded, attempt: v.optional(v.number()) },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "upsert", ...args }, Date.now()),
});

/** Every command about the life of a job names it, and may say which attempt it speaks for. */
const about = { jobId: v.string(), attempt: v.optional(v.number()) };

/** An upsert that only creates: a job that is there already stays as it is. */
export const create = mutation({
  scope: "write",
  args: { record: encoded },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "create", ...args }, Date.now()),
});

/** With a lease, the job is lost when it is silent for longer. */
export const start = mutation({
  scope: "write",
  args: { ...about, leaseMs: v.optional(v.number()) },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "start", ...args }, Date.now()),
});

const text = v.optional(v.nullable(v.string()));
const number = v.optional(v.nullable(v.number()));

/** Absent leaves a field, null clears it; going backwards is allowed. */
export const updateProgress = mutation({
  scope: "write",
  args: { ...about, stage: text, message: text, progress: number, completed: number, total: number },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "progress", ...args }, Date.now()),
});

export const heartbeat = mutation({
  scope: "write",
  args: about,
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "heartbeat", ...args }, Date.now()),
});

export const complete = mutation({
  scope: "write",
  args: { ...about, result: v.optional(encoded) },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "complete", ...args }, Date.now()),
});

/** Back to the queue while attempts are left, unless it says that trying again is of no use. */
export const fail = mutation({
  scope: "write",
  args: {
    ...about,
    error: v.optional(encoded),
    retryable: v.optional(v.boolean()),
    retryAfterMs: v.optional(v.number()),
  },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "fail", ...args }, Date.now()),
});

/** A job at work is only asked to end; its pipeline says `done` when it has cleaned up. */
export const cancel = mutation({
  scope: "write",
  args: { ...about, reason: v.optional(v.string()), done: v.optional(v.boolean()) },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "cancel", ...args }, Date.now()),
});

/** The one way out of an end: failed, canceled or lost, a job gets another attempt. */
export const retry = mutation({
  scope: "write",
  args: about,
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "retry", ...args }, Date.now()),
});

/** Links the run of the orchestrator that does the work. */
export const setRun = mutation({
  scope: "write",
  args: { ...about, run },
  returns: receipt,
  handler: (ctx, args) => applyCommand(ctx, ctx.access, { kind: "setRun", ...args }, Date.now()),
});

export const getByJobId = query({
  scope: "read",
  args: { jobId: v.string() },
  returns: v.union(jobRecordShape, v.null()),
  handler: async (ctx, { jobId }) => {
    const job = await findAllowedJob(ctx, ctx.access, jobId);
    return job === null ? null : jobRecord(await shownDocuments(ctx, job));
  },
});

const filter = v.optional(v.string());

/** Newest first. Filters that no index serves together may leave a page shorter than it was asked for. */
export const list = query({
  scope: "read",
  args: {
    owner: filter,
    type: filter,
    state: filter,
    tag: filter,
    source: filter,
    parent: filter,
    text: filter,
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(jobSummary),
  handler: (ctx, { paginationOpts, ...filters }) => listJobs(ctx, ctx.access, filters, paginationOpts),
});

/** How far jobs are: apart from their list, so that a tick renews these few small rows and no list. */
export const progressOf = query({
  scope: "read",
  args: { jobIds: v.array(v.string()) },
  returns: v.array(jobProgress),
  handler: (ctx, { jobIds }) => progressOfJobs(ctx, ctx.access, jobIds),
});

/** What is queued, running or lost, newest first. */
export const active = query({
  scope: "read",
  args: { owner: filter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(jobSummary),
  handler: (ctx, { owner, paginationOpts }) => activeJobs(ctx, ctx.access, owner, paginationOpts),
});

/** The newest job of a source. */
export const getBySource = query({
  scope: "read",
  args: { source: v.string() },
  returns: v.union(jobRecordShape, v.null()),
  handler: async (ctx, { source }) => {
    const job = await newestOfSource(ctx, ctx.access, source);
    return job === null ? null : jobRecord(await shownDocuments(ctx, job));
  },
});

/** How many jobs are in each state, of all or of an owner, a type or both. */
export const stats = query({
  scope: "read",
  args: { owner: filter, type: filter },
  returns: counts,
  handler: (ctx, filters) => countsOf(ctx, ctx.access, filters),
});

/** A parent's progress, as the mean of its children's. */
export const rollup = query({
  scope: "read",
  args: { jobId: v.string() },
  returns: rollupShape,
  handler: async (ctx, { jobId }) => rollupOf(ctx, await allowedJob(ctx, ctx.access, jobId)),
});

/** When each attempt ran, how it ended and how long it was in which stage; the newest 50, oldest first. */
export const attempts = query({
  scope: "read",
  args: { jobId: v.string() },
  returns: v.array(attempt),
  handler: async (ctx, { jobId }) => listAttempts(ctx, (await allowedJob(ctx, ctx.access, jobId))._id),
});

/** Deletes a job that is not running, and after it its files and events. */
export const remove = mutation({
  scope: "write",
  args: { jobId: v.string() },
  returns: v.null(),
  handler: async (ctx, { jobId }) => {
    const job = await allowedJob(ctx, ctx.access, jobId);
    assertRemovable(job);
    await counting(ctx, (writer) => removeJob(writer, job));
    return null;
  },
});

/** Makes a token that shows the public view of a job, until it expires or is revoked. */
export const share = mutation({
  scope: "write",
  args: { jobId: v.string(), expiresInMs: v.number() },
  returns: shareShape,
  handler: async (ctx, { jobId, expiresInMs }) =>
    shareJob(ctx, await allowedJob(ctx, ctx.access, jobId), expiresInMs, Date.now()),
});

/** For who wants to revoke one; those that have expired stay in it until the job is shared again. */
export const shares = query({
  scope: "write",
  args: { jobId: v.string() },
  returns: v.array(listedShare),
  handler: async (ctx, { jobId }) => listShares(ctx, (await allowedJob(ctx, ctx.access, jobId))._id),
});

export const unshare = mutation({
  scope: "write",
  args: { jobId: v.string(), shareId: v.string() },
  returns: v.object({ revoked: v.boolean() }),
  handler: async (ctx, { jobId, shareId }) => {
    const job = await allowedJob(ctx, ctx.access, jobId);
    return { revoked: await revokeShare(ctx, job._id, shareId) };
  },
});

/** The view that a share link shows; without a token only of jobs that are public. */
export const getPublic = openQuery({
  scope: "share",
  args: { jobId: v.string() },
  returns: v.union(publicJob, v.null()),
  handler: (ctx, { jobId }) => publicJobOf(ctx, ctx.access, jobId),
});
