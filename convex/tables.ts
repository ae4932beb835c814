import { defineTable } from "convex/server";
import { v } from "convex/values";
import {
  assetFields,
  attemptFields,
  counts,
  detailFields,
  eventFields,
  internal,
  jobFields,
  limits,
  progressFields,
  retentionRule,
  storedReceipt,
} from "./validators";

/**
 * Hot, warm and cold fields of a job are different documents, so that a progress tick writes a few hundred
 * bytes and no list reads a payload. What is said of a job below is written by the commands of `model/command.ts`, by
 * its lease (`model/leases.ts`) and by its removal (`model/removal.ts`), and by nothing else.
 */
export const jobsyncTables = {
  /**
   * Warm. Written by commands that change state or identity, and by a lease that runs out; read by every
   * function; deleted by `model/removal.ts`, with all that belongs to the job. `updatedAt` is of this document; a
   * reader shows the latest of the three. `leaseMs` is there exactly while one scheduled function watches the
   * attempt, and `isActive` while the job is not over.
   */
  jobs: defineTable({
    ...jobFields,
    errorMessage: v.optional(v.string()),
    leaseMs: v.optional(v.number()),
    isActive: v.boolean(),
  })
    .index("by_jobId", ["jobId"])
    .index("by_type_state_nextAttemptAt", ["type", "state", "nextAttemptAt"])
    .index("by_owner_type_state_nextAttemptAt", ["owner", "type", "state", "nextAttemptAt"])
    .index("by_owner_state_createdAt", ["owner", "state", "createdAt"])
    .index("by_owner_createdAt", ["owner", "createdAt"])
    .index("by_owner_isActive_createdAt", ["owner", "isActive", "createdAt"])
    .index("by_isActive_createdAt", ["isActive", "createdAt"])
    .index("by_createdAt", ["createdAt"])
    .index("by_type_createdAt", ["type", "createdAt"])
    .index("by_type_state_createdAt", ["type", "state", "createdAt"])
    .index("by_state_createdAt", ["state", "createdAt"])
    .index("by_state_finishedAt", ["state", "finishedAt"])
    .index("by_type_state_finishedAt", ["type", "state", "finishedAt"])
    .index("by_source_createdAt", ["source", "createdAt"])
    .index("by_parent_createdAt", ["parent", "createdAt"]),

  /**
   * Hot. Written by signs of life and by upserts that change progress; read with the job; deleted with it. One a
   * job, or none.
   */
  jobProgress: defineTable({
    job: v.id("jobs"),
    ...progressFields,
    updatedAt: v.number(),
  }).index("by_job", ["job"]),

  /** Cold. Written by commands that change payload or outcome; read with one job, never by a list. */
  jobDetails: defineTable({
    job: v.id("jobs"),
    ...detailFields,
    internal: v.optional(internal),
    updatedAt: v.number(),
  }).index("by_job", ["job"]),

  /**
   * One row for each attempt that ran. Written when an attempt begins, ends or enters another stage, so a progress
   * tick within a stage leaves it alone; read by `jobs:attempts`; deleted with the job.
   */
  jobAttempts: defineTable({ job: v.id("jobs"), ...attemptFields }).index("by_job_attempt", [
    "job",
    "attempt",
  ]),

  /** One row for each tag of a job, so that an index finds them. Written and deleted with the job's `tags`. */
  jobTags: defineTable({ job: v.id("jobs"), tag: v.string(), createdAt: v.number() })
    .index("by_job_tag", ["job", "tag"])
    .index("by_tag_createdAt", ["tag", "createdAt"]),

  /**
   * One row for each token that shows a job. Written by `jobs:share`; read by the public view, which such a token no
   * longer opens without its row; deleted by `jobs:unshare`, after it has expired, and with the job.
   */
  jobShares: defineTable({ job: v.id("jobs"), shareId: v.string(), expiresAt: v.number() }).index(
    "by_job_shareId",
    ["job", "shareId"],
  ),

  /**
   * How many jobs are in each state, for each scope that may be asked for: the sum of a scope's rows. Every
   * transaction that changes jobs appends what it changes and reads nothing here, so that no two jobs' writes conflict;
   * `counts:fold` makes one row a scope of them again. Read by `jobs:stats`.
   */
  jobCounts: defineTable({ scope: v.string(), isFolded: v.boolean(), counts })
    .index("by_scope_isFolded", ["scope", "isFolded"])
    .index("by_isFolded", ["isFolded"]),

  /**
   * Written by asset commands, one row for a role and filename; read by `assets:*` and the public view. It has one file,
   * or the upload whose parts are its content. `by_storageId` keeps two rows from sharing a file, since replacing one of
   * them deletes it.
   */
  jobAssets: defineTable({ job: v.id("jobs"), ...assetFields, upload: v.optional(v.id("jobUploads")) })
    .index("by_job_role_filename", ["job", "role", "filename"])
    .index("by_storageId", ["storageId"]),

  /**
   * A file in parts: staged until an asset command takes it, at most one a name then. Written by `assets:stageParts` and
   * asset commands; read by the same; deleted when it is replaced, after a week in which nobody went on, and with the
   * job (`model/uploadRemoval.ts`).
   */
  jobUploads: defineTable({
    job: v.id("jobs"),
    role: v.string(),
    filename: v.string(),
    partCount: v.number(),
    isStaged: v.boolean(),
    touchedAt: v.number(),
  })
    .index("by_job_isStaged_role_filename", ["job", "isStaged", "role", "filename"])
    .index("by_isStaged_touchedAt", ["isStaged", "touchedAt"]),

  /** One row for each part of an upload that is stored. Written and deleted with it; two uploads may share a file. */
  jobParts: defineTable({
    job: v.id("jobs"),
    upload: v.id("jobUploads"),
    index: v.number(),
    storageId: v.id("_storage"),
    bytes: v.number(),
    sha256: v.string(),
  })
    .index("by_upload_index", ["upload", "index"])
    .index("by_storageId", ["storageId"]),

  /**
   * One row for each file with a value that is too large for its document: one of a job's details, or an event's payload.
   * Written with the document that names the file; deleted, with the file, when that names another, and with the job.
   */
  jobSpills: defineTable({ job: v.id("jobs"), storageId: v.id("_storage") })
    .index("by_job", ["job"])
    .index("by_storageId", ["storageId"]),

  /** Append only. Written by event commands; read by `events:list`; `eventId` makes a repeat harmless. */
  jobEvents: defineTable({ job: v.id("jobs"), ...eventFields })
    .index("by_job_eventId", ["job", "eventId"])
    .index("by_job_time", ["job", "time"]),

  /**
   * One row for each job that somebody looks at, and one without `jobId` while somebody looks at lists. Written by
   * `watches:touch`, which does nothing while the row is fresh; read once a batch, for the writer's pace; deleted by
   * `watches:removeExpired`.
   */
  watches: defineTable({ jobId: v.optional(v.string()), expiresAt: v.number() })
    .index("by_jobId", ["jobId"])
    .index("by_expiresAt", ["expiresAt"]),

  /** Written by `retention:set`; read once a day by `retention:begin` and the batches that it begins. */
  retention: defineTable(retentionRule).index("by_state_type", ["state", "type"]),

  /**
   * Written and read by `model/batch.ts`, once a batch: the highest sequence seen and the last answers.
   * Deleted by `writers:removeIdle` after 30 silent days.
   */
  writers: defineTable({
    writerId: v.string(),
    limits,
    highSeq: v.number(),
    receipts: v.array(storedReceipt),
    lastSeenAt: v.number(),
  })
    .index("by_writerId", ["writerId"])
    .index("by_lastSeenAt", ["lastSeenAt"]),
};
