/** File storage as functions see it. */
import { toBytes, toText } from "#platform";
import type { Json } from "../api.js";
import type { Call } from "../call.js";
import type { Document } from "../document.js";
import { uuidOf } from "../files.js";
import { STORAGE } from "../system-tables.js";
import type { Table } from "../table.js";
import type { Transaction } from "../transaction.js";
import type { AsyncSyscall, JsSyscall } from "./index.js";

interface FileArgs {
  storageId: string;
}

export const storageSyscalls: Record<string, AsyncSyscall> = {
  "1.0/storageDelete": remove,
  "1.0/storageGenerateUploadUrl": (call) =>
    `${call.runtime.options.cloudUrl}/api/storage/upload?token=${call.runtime.uploadTokens.issue(call.component)}`,
  "1.0/storageGetMetadata": metadata,
  "1.0/storageGetUrl": url,
};

export const blobSyscalls: Record<string, JsSyscall> = {
  "storage/getBlob": getBlob,
  "storage/storeBlob": storeBlob,
};

function url(call: Call, args: FileArgs): Json {
  const row = inTransaction(call, (transaction) => find(call, transaction, args.storageId));
  if (row === null) return null;
  const owner = call.component === "" ? "" : `?component=${encodeURIComponent(call.component)}`;
  return `${call.runtime.options.cloudUrl}/api/storage/${uuidOf(row)}${owner}`;
}

function metadata(call: Call, args: FileArgs): Json {
  const row = inTransaction(call, (transaction) => find(call, transaction, args.storageId));
  if (row === null) return null;
  const { sha256, size, contentType } = row.value as {
    sha256: string;
    size: number;
    contentType: string | null;
  };
  return { storageId: row.id, sha256: toText(toBytes(sha256, "base64"), "hex"), size, contentType };
}

function remove(call: Call, args: FileArgs): void {
  if (call.kind === "query") throw new Error("A query cannot delete files: do it in a mutation.");
  inTransaction(call, (transaction) => {
    const row = find(call, transaction, args.storageId);
    if (row === null) throw new Error(`storage id ${args.storageId} not found`);
    transaction.put(storageTable(call), row.id, null);
  });
}

async function storeBlob(call: Call, args: { blob: Blob; options?: { sha256?: string } }): Promise<string> {
  const { storageId } = await call.runtime.files.save(call.component, bytesOf(args.blob), {
    contentType: args.blob.type === "" ? null : args.blob.type,
    sha256Base64: args.options?.sha256 && toBase64(args.options.sha256),
  });
  return storageId;
}

async function getBlob(call: Call, args: FileArgs): Promise<Blob | null> {
  const row = inTransaction(call, (transaction) => find(call, transaction, args.storageId));
  const file = row && call.runtime.files.find(call.component, uuidOf(row));
  if (!file) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of file.read()) chunks.push(chunk as Uint8Array<ArrayBuffer>);
  return new Blob(chunks, { type: file.contentType ?? "" });
}

async function* bytesOf(blob: Blob): AsyncIterable<Uint8Array> {
  yield new Uint8Array(await blob.arrayBuffer());
}

/** The function's own transaction, or in an action one for this operation. */
function inTransaction<T>(call: Call, body: (transaction: Transaction) => T): T {
  return call.transaction ? body(call.transaction) : call.runtime.write(body);
}

function find(call: Call, transaction: Transaction, storageId: string): Document | null {
  if (!call.runtime.idCheck(call.component)(storageId, STORAGE)) {
    throw new Error(`Invalid argument \`storageId\`: "${storageId}" is not the ID of a stored file`);
  }
  return transaction.get(storageTable(call), storageId);
}

function storageTable(call: Call): Table {
  return call.runtime.store.table(call.component, STORAGE);
}

/** Functions may give the hash in hexadecimal, as the deprecated metadata shows it. */
function toBase64(sha256: string): string {
  return /^[0-9a-f]{64}$/i.test(sha256) ? toText(toBytes(sha256, "hex"), "base64") : sha256;
}
