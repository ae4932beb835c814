/** Every operation that a function can ask of its deployment, by name. */
import type { Json } from "../api.js";
import type { Call } from "../call.js";
import { callSyscalls } from "./calls.js";
import { databaseSyscalls, normalizeId } from "./database.js";
import { metadataSyscalls, snapshotTs } from "./metadata.js";
import { openStream, closeStream, querySyscalls } from "./queries.js";
import { schedulingSyscalls } from "./scheduling.js";
import { blobSyscalls, storageSyscalls } from "./storage.js";
import { unsupportedSyscalls } from "./unsupported.js";

/** Arguments as the client library serialised them: trusted to have its shape, not its values. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type SyscallArgs = any;
export type SyncSyscall = (call: Call, args: SyscallArgs) => Json;
export type AsyncSyscall = (call: Call, args: SyscallArgs) => Json | void | Promise<Json | void>;
export type JsSyscall = (call: Call, args: SyscallArgs) => Promise<unknown>;

export const syncSyscalls: Record<string, SyncSyscall> = {
  "1.0/db/normalizeId": normalizeId,
  "1.0/getSnapshotTs": snapshotTs,
  "1.0/queryCleanup": closeStream,
  "1.0/queryStream": openStream,
};

export const asyncSyscalls: Record<string, AsyncSyscall> = {
  ...callSyscalls,
  ...databaseSyscalls,
  ...metadataSyscalls,
  ...querySyscalls,
  ...schedulingSyscalls,
  ...storageSyscalls,
  ...unsupportedSyscalls,
};

export const jsSyscalls: Record<string, JsSyscall> = blobSyscalls;
