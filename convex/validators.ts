/** The shapes that cross the wire. Imports nothing local, so that a page may use them too. */
import { type Infer, v } from "convex/values";

export const state = v.union(
  v.literal("queued"),
  v.literal("running"),
  v.literal("lost"),
  v.literal("succeeded"),
  v.literal("failed"),
  v.literal("canceled"),
);

export const visibility = v.union(v.literal("public"), v.literal("private"));

export const level = v.union(v.literal("debug"), v.literal("info"), v.literal("warning"), v.literal("error"));

/** Seconds, or the time in the words of whoever asks for it: stored as given. */
export const retryAfter = v.union(v.number(), v.string());

/** Where the work runs in somebody else's engine. */
export const run = v.object({
  system: v.optional(v.string()),
  id: v.optional(v.string()),
  url: v.optional(v.string()),
});

/** A value encoded as `contract/values.json` says. */
export const encoded = v.any();

/** What the caller may say about a job and what the server decides, without progress and large values. */
export const jobFields = {
  jobId: v.string(),
  status: v.string(),
  state,
  attempt: v.number(),
  maxAttempts: v.number(),
  tags: v.array(v.string()),
  visibility,
  type: v.optional(v.string()),
  owner: v.optional(v.string()),
  source: v.optional(v.string()),
  name: v.optional(v.string()),
  parent: v.optional(v.string()),
  run: v.optional(run),
  retryAfter: v.optional(retryAfter),
  nextAttemptAt: v.optional(v.number()),
  cancelRequestedAt: v.optional(v.number()),
  cancelReason: v.optional(v.string()),
  createdAt: v.number(),
  startedAt: v.optional(v.number()),
  finishedAt: v.optional(v.number()),
  updatedAt: v.number(),
};

export const progressFields = {
  stage: v.optional(v.string()),
  message: v.optional(v.string()),
  progress: v.optional(v.number()),
  completed: v.optional(v.number()),
  total: v.optional(v.number()),
  heartbeatAt: v.optional(v.number()),
};

export const attemptFields = {
  attempt: v.number(),
  startedAt: v.number(),
  endedAt: v.optional(v.number()),
  outcome: v.optional(
    v.union(v.literal("lost"), v.literal("succeeded"), v.literal("failed"), v.literal("canceled")),
  ),
  error: v.optional(v.string()),
  /** The stages that were left, in the order in which they were first entered; `ms` is of all visits together. */
  stages: v.array(v.object({ stage: v.string(), startedAt: v.number(), ms: v.number(), visits: v.number() })),
  current: v.optional(v.object({ stage: v.string(), since: v.number() })),
  hasMoreStages: v.optional(v.boolean()),
};

export const attempt = v.object(attemptFields);
/** One attempt at a job: when it ran, how it ended, and how long it was in which stage. */
export type Attempt = Infer<typeof attempt>;

export const detailFields = {
  payload: v.optional(encoded),
  result: v.optional(encoded),
  component: v.optional(encoded),
  telemetry: v.optional(encoded),
  error: v.optional(encoded),
};

/** What is kept of a job for those who run it, and shown to nobody else. */
export const internal = v.object({ traceback: v.string() });

export const jobRecord = v.object({
  ...jobFields,
  ...progressFields,
  ...detailFields,
  leaseExpiresAt: v.optional(v.number()),
  errorTraceback: v.optional(v.string()),
});
export type JobRecord = Infer<typeof jobRecord>;

/** A job in a list: without progress, which changes often, and without what is large. */
export const jobSummary = v.object({ ...jobFields, errorMessage: v.optional(v.string()) });
export type JobSummary = Infer<typeof jobSummary>;

/** How far a job is, for those who have it in a list. */
export const jobProgress = v.object({ jobId: v.string(), ...progressFields });
export type JobProgress = Infer<typeof jobProgress>;

/** A token that shows one job, and where a person sees it if the deployment knows of a page. */
export const share = v.object({
  shareId: v.string(),
  token: v.string(),
  expiresAt: v.number(),
  link: v.optional(v.string()),
});
export type Share = Infer<typeof share>;

/** As much of a share as is kept. */
export const listedShare = v.object({ shareId: v.string(), expiresAt: v.number() });
export type ListedShare = Infer<typeof listedShare>;

/** How many jobs are in each state. */
export const counts = v.object({
  queued: v.number(),
  running: v.number(),
  lost: v.number(),
  succeeded: v.number(),
  failed: v.number(),
  canceled: v.number(),
});
export type Counts = Infer<typeof counts>;

/** What a parent's children make of it; `partial` if there are more of them than were looked at. */
export const rollup = v.object({
  jobId: v.string(),
  progress: v.union(v.number(), v.null()),
  counts,
  partial: v.boolean(),
});
export type Rollup = Infer<typeof rollup>;

/** How many days jobs are kept once they ended in a state: those of a type, or all that have no rule of their own. */
export const retentionRule = v.object({
  state: v.union(v.literal("succeeded"), v.literal("failed"), v.literal("canceled")),
  type: v.optional(v.string()),
  days: v.number(),
});
export type RetentionRule = Infer<typeof retentionRule>;

export const assetFields = {
  role: v.string(),
  filename: v.string(),
  storageId: v.union(v.id("_storage"), v.null()),
  partCount: v.optional(v.number()),
  contentType: v.union(v.string(), v.null()),
  bytes: v.number(),
  sha256: v.string(),
  public: v.boolean(),
  createdAt: v.number(),
};

const url = v.union(v.string(), v.null());

/** A part of a file, which is all of them one after the other. */
export const assetPart = v.object({ url, bytes: v.number(), sha256: v.string() });
export type AssetPart = Infer<typeof assetPart>;

/** A file of a job. One in parts has a `partCount` and no URL; its `parts` are left out where there are too many. */
export const asset = v.object({
  jobId: v.string(),
  ...assetFields,
  url,
  parts: v.optional(v.array(assetPart)),
});
export type Asset = Infer<typeof asset>;

export const publicJob = v.object({
  jobId: v.string(),
  name: v.optional(v.string()),
  status: v.string(),
  state,
  stage: v.optional(v.string()),
  message: v.optional(v.string()),
  progress: v.optional(v.number()),
  retryAfter: v.optional(retryAfter),
  error: v.optional(v.string()),
  result: v.optional(encoded),
  component: v.optional(encoded),
  assets: v.array(
    v.object({
      role: v.string(),
      filename: v.string(),
      url,
      contentType: v.union(v.string(), v.null()),
      bytes: v.number(),
      partCount: v.optional(v.number()),
      parts: v.optional(v.array(assetPart)),
    }),
  ),
  createdAt: v.number(),
  startedAt: v.optional(v.number()),
  finishedAt: v.optional(v.number()),
  updatedAt: v.number(),
});
export type PublicJob = Infer<typeof publicJob>;

export const eventFields = {
  eventId: v.string(),
  event: v.string(),
  level,
  payload: v.optional(encoded),
  time: v.number(),
};

export const eventRecord = v.object({ jobId: v.string(), ...eventFields });
export type EventRecord = Infer<typeof eventRecord>;

export const refusal = v.object({
  code: v.string(),
  message: v.string(),
  field: v.optional(v.string()),
  serverTime: v.optional(v.number()),
  known: v.optional(v.array(v.string())),
  bytes: v.optional(v.number()),
  limit: v.optional(v.number()),
});

/** What became of a command; the answer of every write. */
export const receipt = v.object({
  outcome: v.union(v.literal("applied"), v.literal("unchanged"), v.literal("stale")),
  jobId: v.string(),
  status: v.string(),
  state,
  attempt: v.number(),
  cancelRequested: v.optional(v.literal(true)),
  nextAttemptAt: v.optional(v.number()),
  asset: v.optional(asset),
});
export type Receipt = Infer<typeof receipt>;

/** The answer to a claim where no job is ready, and when the next one will be if there is one. */
export const nothingReady = v.object({ outcome: v.literal("none"), readyInMs: v.optional(v.number()) });
export type NothingReady = Infer<typeof nothingReady>;

/** The head of a queue: as much of a job as changes when another one is next. */
export const waitingJob = v.object({
  jobId: v.string(),
  attempt: v.number(),
  nextAttemptAt: v.optional(v.number()),
});
export type WaitingJob = Infer<typeof waitingJob>;

/** The same in a batch, where a refusal is an answer too and a repeat may have lost its first one. */
export const batchReceipt = v.object({
  ...receipt.partial().fields,
  ...nothingReady.fields,
  seq: v.number(),
  outcome: v.union(
    ...receipt.fields.outcome.members,
    nothingReady.fields.outcome,
    v.literal("duplicate"),
    v.literal("refused"),
  ),
  error: v.optional(refusal),
});
export type BatchReceipt = Infer<typeof batchReceipt>;

/** The same as it is kept for a repeat, in the order of the batch. The first version kept `seq` with it. */
export const storedReceipt = batchReceipt.omit("seq").extend({ seq: v.optional(v.number()) });
export type StoredReceipt = Infer<typeof storedReceipt>;

/** What a token may touch; each one given narrows it. */
export const limits = v.object({
  job: v.optional(v.string()),
  owner: v.optional(v.string()),
  tag: v.optional(v.string()),
});
export type Limits = Infer<typeof limits>;

export const scope = v.union(v.literal("share"), v.literal("read"), v.literal("write"), v.literal("admin"));
export type Scope = Infer<typeof scope>;

/** `share` is the id of the share that the token was made for, which may have been revoked since. */
export const access = v.object({ scope, limits, share: v.optional(v.string()) });
/** Who calls: how much they may do, and to which jobs. */
export type Access = Infer<typeof access>;
