/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as access from "../access.js";
import type * as assets from "../assets.js";
import type * as claims from "../claims.js";
import type * as counts from "../counts.js";
import type * as cronEntries from "../cronEntries.js";
import type * as crons from "../crons.js";
import type * as environment from "../environment.js";
import type * as errors from "../errors.js";
import type * as events from "../events.js";
import type * as folder from "../folder.js";
import type * as handshake from "../handshake.js";
import type * as http from "../http.js";
import type * as httpRoutes from "../httpRoutes.js";
import type * as ingest from "../ingest.js";
import type * as internalJobs from "../internalJobs.js";
import type * as internals from "../internals.js";
import type * as jobs from "../jobs.js";
import type * as leases from "../leases.js";
import type * as model_apiKeys from "../model/apiKeys.js";
import type * as model_assetCommand from "../model/assetCommand.js";
import type * as model_assets from "../model/assets.js";
import type * as model_attemptRules from "../model/attemptRules.js";
import type * as model_attempts from "../model/attempts.js";
import type * as model_backoff from "../model/backoff.js";
import type * as model_batch from "../model/batch.js";
import type * as model_claim from "../model/claim.js";
import type * as model_claimRules from "../model/claimRules.js";
import type * as model_command from "../model/command.js";
import type * as model_countChanges from "../model/countChanges.js";
import type * as model_digest from "../model/digest.js";
import type * as model_documentChanges from "../model/documentChanges.js";
import type * as model_eventCommand from "../model/eventCommand.js";
import type * as model_events from "../model/events.js";
import type * as model_failure from "../model/failure.js";
import type * as model_fieldChecks from "../model/fieldChecks.js";
import type * as model_fields from "../model/fields.js";
import type * as model_filename from "../model/filename.js";
import type * as model_headroom from "../model/headroom.js";
import type * as model_heartbeats from "../model/heartbeats.js";
import type * as model_idleWriters from "../model/idleWriters.js";
import type * as model_inlining from "../model/inlining.js";
import type * as model_jobBeginning from "../model/jobBeginning.js";
import type * as model_jobChange from "../model/jobChange.js";
import type * as model_jobCounts from "../model/jobCounts.js";
import type * as model_jobInterruption from "../model/jobInterruption.js";
import type * as model_jobLists from "../model/jobLists.js";
import type * as model_jobStore from "../model/jobStore.js";
import type * as model_jobTags from "../model/jobTags.js";
import type * as model_jobTracking from "../model/jobTracking.js";
import type * as model_jobView from "../model/jobView.js";
import type * as model_jobWrites from "../model/jobWrites.js";
import type * as model_lease from "../model/lease.js";
import type * as model_leaseRules from "../model/leaseRules.js";
import type * as model_leases from "../model/leases.js";
import type * as model_lifecycle from "../model/lifecycle.js";
import type * as model_lifecycleCommand from "../model/lifecycleCommand.js";
import type * as model_lifecycleRules from "../model/lifecycleRules.js";
import type * as model_limits from "../model/limits.js";
import type * as model_pace from "../model/pace.js";
import type * as model_pages from "../model/pages.js";
import type * as model_paging from "../model/paging.js";
import type * as model_partedAsset from "../model/partedAsset.js";
import type * as model_progressRows from "../model/progressRows.js";
import type * as model_publicView from "../model/publicView.js";
import type * as model_receipt from "../model/receipt.js";
import type * as model_removal from "../model/removal.js";
import type * as model_retention from "../model/retention.js";
import type * as model_rollup from "../model/rollup.js";
import type * as model_runningJob from "../model/runningJob.js";
import type * as model_shares from "../model/shares.js";
import type * as model_size from "../model/size.js";
import type * as model_spilledValues from "../model/spilledValues.js";
import type * as model_spilling from "../model/spilling.js";
import type * as model_stagedParts from "../model/stagedParts.js";
import type * as model_stateFields from "../model/stateFields.js";
import type * as model_storedFile from "../model/storedFile.js";
import type * as model_storedReceipts from "../model/storedReceipts.js";
import type * as model_strayFiles from "../model/strayFiles.js";
import type * as model_thrownError from "../model/thrownError.js";
import type * as model_uploadRemoval from "../model/uploadRemoval.js";
import type * as model_uploadUrls from "../model/uploadUrls.js";
import type * as model_upsert from "../model/upsert.js";
import type * as model_upsertRules from "../model/upsertRules.js";
import type * as model_values from "../model/values.js";
import type * as model_watches from "../model/watches.js";
import type * as model_webBuild from "../model/webBuild.js";
import type * as removals from "../removals.js";
import type * as retention from "../retention.js";
import type * as routes from "../routes.js";
import type * as server from "../server.js";
import type * as tables from "../tables.js";
import type * as trackJob from "../trackJob.js";
import type * as uploads from "../uploads.js";
import type * as validators from "../validators.js";
import type * as version from "../version.js";
import type * as watches from "../watches.js";
import type * as writers from "../writers.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  access: typeof access;
  assets: typeof assets;
  claims: typeof claims;
  counts: typeof counts;
  cronEntries: typeof cronEntries;
  crons: typeof crons;
  environment: typeof environment;
  errors: typeof errors;
  events: typeof events;
  folder: typeof folder;
  handshake: typeof handshake;
  http: typeof http;
  httpRoutes: typeof httpRoutes;
  ingest: typeof ingest;
  internalJobs: typeof internalJobs;
  internals: typeof internals;
  jobs: typeof jobs;
  leases: typeof leases;
  "model/apiKeys": typeof model_apiKeys;
  "model/assetCommand": typeof model_assetCommand;
  "model/assets": typeof model_assets;
  "model/attemptRules": typeof model_attemptRules;
  "model/attempts": typeof model_attempts;
  "model/backoff": typeof model_backoff;
  "model/batch": typeof model_batch;
  "model/claim": typeof model_claim;
  "model/claimRules": typeof model_claimRules;
  "model/command": typeof model_command;
  "model/countChanges": typeof model_countChanges;
  "model/digest": typeof model_digest;
  "model/documentChanges": typeof model_documentChanges;
  "model/eventCommand": typeof model_eventCommand;
  "model/events": typeof model_events;
  "model/failure": typeof model_failure;
  "model/fieldChecks": typeof model_fieldChecks;
  "model/fields": typeof model_fields;
  "model/filename": typeof model_filename;
  "model/headroom": typeof model_headroom;
  "model/heartbeats": typeof model_heartbeats;
  "model/idleWriters": typeof model_idleWriters;
  "model/inlining": typeof model_inlining;
  "model/jobBeginning": typeof model_jobBeginning;
  "model/jobChange": typeof model_jobChange;
  "model/jobCounts": typeof model_jobCounts;
  "model/jobInterruption": typeof model_jobInterruption;
  "model/jobLists": typeof model_jobLists;
  "model/jobStore": typeof model_jobStore;
  "model/jobTags": typeof model_jobTags;
  "model/jobTracking": typeof model_jobTracking;
  "model/jobView": typeof model_jobView;
  "model/jobWrites": typeof model_jobWrites;
  "model/lease": typeof model_lease;
  "model/leaseRules": typeof model_leaseRules;
  "model/leases": typeof model_leases;
  "model/lifecycle": typeof model_lifecycle;
  "model/lifecycleCommand": typeof model_lifecycleCommand;
  "model/lifecycleRules": typeof model_lifecycleRules;
  "model/limits": typeof model_limits;
  "model/pace": typeof model_pace;
  "model/pages": typeof model_pages;
  "model/paging": typeof model_paging;
  "model/partedAsset": typeof model_partedAsset;
  "model/progressRows": typeof model_progressRows;
  "model/publicView": typeof model_publicView;
  "model/receipt": typeof model_receipt;
  "model/removal": typeof model_removal;
  "model/retention": typeof model_retention;
  "model/rollup": typeof model_rollup;
  "model/runningJob": typeof model_runningJob;
  "model/shares": typeof model_shares;
  "model/size": typeof model_size;
  "model/spilledValues": typeof model_spilledValues;
  "model/spilling": typeof model_spilling;
  "model/stagedParts": typeof model_stagedParts;
  "model/stateFields": typeof model_stateFields;
  "model/storedFile": typeof model_storedFile;
  "model/storedReceipts": typeof model_storedReceipts;
  "model/strayFiles": typeof model_strayFiles;
  "model/thrownError": typeof model_thrownError;
  "model/uploadRemoval": typeof model_uploadRemoval;
  "model/uploadUrls": typeof model_uploadUrls;
  "model/upsert": typeof model_upsert;
  "model/upsertRules": typeof model_upsertRules;
  "model/values": typeof model_values;
  "model/watches": typeof model_watches;
  "model/webBuild": typeof model_webBuild;
  removals: typeof removals;
  retention: typeof retention;
  routes: typeof routes;
  server: typeof server;
  tables: typeof tables;
  trackJob: typeof trackJob;
  uploads: typeof uploads;
  validators: typeof validators;
  version: typeof version;
  watches: typeof watches;
  writers: typeof writers;
}>;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

export declare const components: {};
